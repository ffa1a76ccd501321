import type { ConversationSummary } from '@streambed/client'
import { useConversations } from '@streambed/client/react'
import { useEffect, useSyncExternalStore } from 'react'
import { useRoute } from '../routes/navigation.ts'
import { ownKey } from '../sign-in/whose.ts'

const KEY = ownKey('streambed.seen')
/** How many conversations are remembered; of older ones nothing new is told. */
const MAX_REMEMBERED = 300

/** When each conversation was last touched, as far as somebody has looked at it here. */
type Seen = ReadonlyMap<string, string>

let seen: Seen | null = read()
const listeners = new Set<() => void>()

/** Whether something has happened in a conversation since somebody looked at it here. While it is being answered, the answer tells. */
export function isUnread({ id, updatedAt, activeRun }: Unreadable, seen: Seen | null): boolean {
  if (!seen || activeRun !== null) return false
  const known = seen.get(id)
  return known === undefined || known < updatedAt
}

type Unreadable = Pick<ConversationSummary, 'id' | 'updatedAt' | 'activeRun'>

/** What was seen, to hold conversations against. */
export function useSeen(): Seen | null {
  return useSyncExternalStore(subscribe, () => seen)
}

/** How many conversations have something new. Keeps the one on show marked as seen while somebody looks. */
export function useUnreadCount(): number {
  const { items, status } = useConversations()
  const route = useRoute()
  const shown = route.name === 'conversation' || route.name === 'builder' ? route.id : null
  const isVisible = useSyncExternalStore(subscribeToVisibility, () => !document.hidden)
  const seen = useSeen()
  useEffect(() => {
    if (status !== 'ready') return
    if (!seen) return remember(items) // whoever comes for the first time has missed nothing
    const current = items.find(({ id }) => id === shown)
    if (isVisible && current && seen.get(current.id) !== current.updatedAt) remember([current])
  }, [items, status, shown, isVisible, seen])
  return items.filter((item) => isUnread(item, seen) && !(isVisible && item.id === shown)).length
}

function remember(items: readonly Unreadable[]): void {
  const next = new Map(seen ?? [])
  for (const { id, updatedAt } of items) {
    next.delete(id) // the last ones are those that were looked at last
    next.set(id, updatedAt)
  }
  seen = new Map([...next].slice(-MAX_REMEMBERED))
  try {
    localStorage.setItem(KEY, JSON.stringify([...seen]))
  } catch {
    // Storage is forbidden: it is remembered for as long as the page.
  }
  for (const listener of [...listeners]) listener()
}

function read(): Seen | null {
  try {
    const stored = localStorage.getItem(KEY)
    return stored === null ? null : new Map(JSON.parse(stored) as [string, string][])
  } catch {
    return null // storage is forbidden, or somebody else has written there
  }
}

function subscribe(listener: () => void): () => void {
  const follow = ({ key }: StorageEvent) => {
    if (key !== KEY) return
    seen = read() // another tab has looked
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', follow)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', follow)
  }
}

function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
