import type { ConversationId } from '@streambed/client'

const PREFIX = 'streambed.widget.'

/** The conversation that a page went on with when it was last open; null where there was none. */
export function rememberedConversation(key: string): ConversationId | null {
  try {
    const id = localStorage.getItem(PREFIX + key)
    return id !== null && /^[A-Za-z0-9_-]{2,64}$/.test(id) ? (id as ConversationId) : null // it has the look of one
  } catch {
    return null // storage is forbidden: conversations are remembered as long as the page
  }
}

export function rememberConversation(key: string, id: ConversationId): void {
  try {
    localStorage.setItem(PREFIX + key, id)
  } catch {
    // Storage is forbidden or full: the next page begins anew.
  }
}

export function forgetConversation(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key)
  } catch {
    // There is nothing to forget where nothing can be kept.
  }
}
