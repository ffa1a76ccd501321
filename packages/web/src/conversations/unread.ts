import type { Conversation, ConversationSummary } from '@streambed/client'
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

/** How many conversations have something new. What the list tells of the one on show is seen while somebody looks. */
export function useUnreadCount(): number {
  const { items, status } = useConversations()
  const route = useRoute()
  const shown = route.name === 'conversation' || route.name === 'builder' ? route.id : null
  const isVisible = useVisible()
  const seen = useSeen()
  useEffect(() => {
    if (status !== 'ready') return
    if (!seen) return remember(items.map(({ id, updatedAt }) => [id, updatedAt])) // whoever comes for the first time has missed nothing
    const current = items.find(({ id }) => id === shown)
    if (isVisible && current) saw(current.id, current.updatedAt)
  }, [items, status, shown, isVisible, seen])
  return items.filter((item) => isUnread(item, seen) && !(isVisible && item.id === shown)).length
}

/**
 * What is read of a conversation is seen while somebody looks, wherever it is drawn: the list may tell of it only when they have gone
 * on. An answer is seen when it is over.
 */
export function useSeeing({ id, updatedAt, messages }: Conversation): void {
  const isVisible = useVisible()
  const isFirstTime = useSeen() === null
  const isRunning = messages.some((message) => message.role === 'assistant' && message.status === 'running')
  useEffect(() => {
    if (isVisible && !isFirstTime && !isRunning && updatedAt !== null) saw(id, updatedAt)
  }, [id, updatedAt, isVisible, isFirstTime, isRunning])
}

/** Somebody knows what has happened in a conversation until then. */
export function saw(id: string, until: string): void {
  if (seen) remember([[id, until]])
}

type Look = readonly [id: string, until: string]

function remember(looks: readonly Look[]): void {
  const next = withSeen(seen ?? new Map(), looks)
  if (next === seen) return
  seen = next
  try {
    localStorage.setItem(KEY, JSON.stringify([...seen]))
  } catch {
    // Storage is forbidden: it is remembered for as long as the page.
  }
  for (const listener of [...listeners]) listener()
}

/** Those that were looked at last come last, and are kept longest. */
export function withSeen(seen: Seen, looks: readonly Look[]): Seen {
  const news = looks.filter(([id, until]) => (seen.get(id) ?? '') < until)
  if (news.length === 0) return seen
  const next = new Map(seen)
  for (const [id, until] of news) {
    next.delete(id)
    next.set(id, until)
  }
  return new Map([...next].slice(-MAX_REMEMBERED))
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

function useVisible(): boolean {
  return useSyncExternalStore(subscribeToVisibility, () => !document.hidden)
}

function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
