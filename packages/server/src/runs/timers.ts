import { type ConversationId, type Owner, StreambedError } from '@streambed/protocol'
import type { Timers } from '../agent/timer.ts'
import { TIMERS } from '../bus/bus.ts'
import type { NewTimer } from '../store/timers.ts'
import type { Engine } from './engine.ts'

/** How much a timer may carry, in characters of JSON. */
const MAX_DATA = 16 * 1024
const MAX_KEY = 200

/** Sets a timer and tells the clockwork. An earlier one of the same owner and key is gone. */
export async function setTimer({ store, bus }: Pick<Engine, 'store' | 'bus'>, timer: NewTimer): Promise<void> {
  await store.timers.set(timer)
  bus.wake(TIMERS)
}

/** The timers that an agent's tools and handlers may set in a conversation. Their keys are the agent's own. */
export function timersOf(
  engine: Pick<Engine, 'store' | 'bus' | 'agents'>,
  agent: string,
  owner: Owner,
  conversation: ConversationId | null,
): Timers {
  const keyOf = (key: string): string => `${agent} ${key}`
  return {
    async set({ key, kind, at, data = null }) {
      if (!engine.agents.get(agent)?.timers[kind]) throw new TypeError(`agent ${agent} has no timers of kind ${kind}`)
      if (key.length > MAX_KEY) throw new TypeError(`a timer's key has at most ${MAX_KEY} characters`)
      if (Number.isNaN(at.getTime())) throw new TypeError(`timer ${key}: its time is no date`)
      if (JSON.stringify(data).length > MAX_DATA) throw new StreambedError('too-large', 'A timer carries 16 KiB.')
      await setTimer(engine, { owner, key: keyOf(key), agent, kind, at: at.getTime(), conversation, data })
    },
    cancel: (key) => engine.store.timers.cancel(owner, keyOf(key)),
  }
}
