import { type Conversation, textOf } from '@streambed/client'

/** So much of a first message stands for a title. */
const LONGEST = 80

/** What a conversation is called: its title, or what it began with; null while nothing has been said. */
export function titleOf({ title, messages }: Pick<Conversation, 'title' | 'messages'>): string | null {
  if (title !== null) return title
  const first = messages.find((message) => message.role === 'user')
  const words = first ? textOf(first).replace(/\s+/g, ' ').trim() : ''
  if (words === '') return null
  return words.length > LONGEST ? `${words.slice(0, LONGEST).trimEnd()}…` : words
}
