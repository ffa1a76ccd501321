import * as z from 'zod'
import { defineTool } from '../agent/tool.ts'

/** Finds what the user and agents said in other conversations. */
export const searchConversations = defineTool({
  name: 'search_conversations',
  description:
    "Searches the user's earlier conversations and answers for words, and returns where they were found. Use it when the user refers to something said before that is not in this conversation.",
  input: z.object({
    query: z.string().trim().min(1).max(200).describe('A few words that must all stand there; no question.'),
    limit: z.int().min(1).max(20).default(5),
  }),
  async run({ query, limit }, { account, cite }) {
    const found = await account.searchConversations(query, limit)
    for (const { conversation, title, snippet } of found) {
      cite({ title: title ?? 'A conversation', source: `/c/${conversation}`, text: snippet })
    }
    return found.length > 0 ? found : 'Nothing was found. Try fewer or other words.'
  },
})
