import type { Owner } from '@streambed/protocol'
import type { NewTimer, Settlement, Timer, Timers } from '../timers.ts'

export interface MemoryTimers extends Timers {
  mayBe(settlement: Settlement): boolean
  settleNow(settlement: Settlement): boolean
  setNow(timer: NewTimer): Timer
  cancelNow(owner: Owner, key: string): boolean
  forget(owner: Owner): void
  clear(): void
}

export function memoryTimers(): MemoryTimers {
  const timers = new Map<number, Timer>()
  const numbers = new Map<string, number>()
  const postponed = new Map<number, number>()
  let last = 0

  return {
    mayBe,
    set: async (timer) => set(timer),
    setNow: set,
    cancelNow: cancel,
    forget({ org, user }) {
      for (const [number, { owner }] of timers) if (owner.org === org && owner.user === user) remove(number)
    },
    async find(owner, key) {
      return timers.get(numbers.get(name(owner, key)) ?? 0)
    },
    cancel: async (owner, key) => cancel(owner, key),
    async due(time, limit) {
      return [...timers.values()]
        .filter((timer) => wakeAt(timer) <= time)
        .sort((a, b) => wakeAt(a) - wakeAt(b) || a.number - b.number)
        .slice(0, limit)
    },
    async next() {
      if (timers.size === 0) return undefined
      let next = Number.POSITIVE_INFINITY
      for (const timer of timers.values()) next = Math.min(next, wakeAt(timer))
      return next
    },
    settle: async (settlement) => settleNow(settlement),
    settleNow,
    async postpone({ number }, until) {
      if (timers.has(number)) postponed.set(number, until)
    },
    clear() {
      for (const map of [timers, numbers, postponed]) map.clear()
    },
  }

  function set(timer: NewTimer): Timer {
    const key = name(timer.owner, timer.key)
    remove(numbers.get(key) ?? 0)
    const set: Timer = { ...timer, data: copy(timer.data), number: ++last, isSaid: false }
    timers.set(set.number, set)
    numbers.set(key, set.number)
    return set
  }

  function mayBe(settlement: Settlement): boolean {
    const timer = timers.get(settlement.timer)
    return timer !== undefined && !('isSaid' in settlement && timer.isSaid)
  }

  function cancel(owner: Owner, key: string): boolean {
    return remove(numbers.get(name(owner, key)) ?? 0) !== undefined
  }

  function settleNow(settlement: Settlement): boolean {
    if (!mayBe(settlement)) return false
    const timer = timers.get(settlement.timer)!
    if ('isSaid' in settlement) {
      timers.set(timer.number, { ...timer, isSaid: true })
      return true
    }
    remove(timer.number)
    const { next } = settlement
    if (next) set({ ...timer, at: next.at, data: next.data ?? timer.data })
    return true
  }

  function remove(number: number): Timer | undefined {
    const timer = timers.get(number)
    if (!timer) return undefined
    timers.delete(number)
    postponed.delete(number)
    numbers.delete(name(timer.owner, timer.key))
    return timer
  }

  function wakeAt({ number, at }: Timer): number {
    return postponed.get(number) ?? at
  }
}

const name = ({ org, user }: Owner, key: string): string => JSON.stringify([org, user, key])

/** What comes back is what JSON keeps, as from any other store. */
const copy = (data: unknown): unknown => JSON.parse(JSON.stringify(data ?? null))
