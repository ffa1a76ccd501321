import { join } from 'node:path'
import { type ConversationId, newConversationId, newMessageId, newRequestId, newRunId } from '@streambed/protocol'
import { sqliteStore } from '../../packages/server/src/store/sqlite.ts'

const owner = { org: 'local', user: 'local' }
const agent = 'assistant'

/** Puts a conversation of so many turns, two messages each, into the data of a server that is not running. */
export async function longConversation(dataDir: string, turns: number): Promise<ConversationId> {
  await using store = sqliteStore({ path: join(dataDir, 'streambed.db') })
  const id = newConversationId()
  await store.append(id, [{ type: 'conversation-start', agent, title: 'A long one', owner }])
  let parent = null
  for (let turn = 1; turn <= turns; turn++) {
    const [message, run] = [newMessageId(), newRunId()]
    const parts = [{ type: 'text' as const, text: `Question ${turn}` }]
    await store.append(id, [{ type: 'message', message, run, parent, parts, requestId: newRequestId(), agent }])
    const fence = await store.claim(id, run, 'seed', 60_000)
    await store.append(
      id,
      [
        { type: 'run-start', run, agent, model: 'seeded', attempt: 1 },
        { type: 'text-start', run, block: 1 },
        { type: 'text-delta', run, block: 1, text: answerTo(turn) },
        { type: 'text-end', run, block: 1 },
        { type: 'run-end', run, reason: 'done' },
      ],
      { fence: fence! }, // nobody else is there
    )
    parent = message
  }
  return id
}

/** With what answers are made of: a paragraph, a list, code and a table. */
function answerTo(turn: number): string {
  const lines = Array.from({ length: 2 + (turn % 5) }, (_, i) => `- point ${i + 1} of **answer ${turn}**`)
  return `Answer ${turn} in a few words, as answers are.\n\n${lines.join('\n')}${turn % 7 === 0 ? CODE : ''}${turn % 11 === 0 ? TABLE : ''}`
}

const CODE = '\n\n```ts\nconst river = { length: 1233, unit: "km" }\n```'
const TABLE = '\n\n| river | km |\n|---|---|\n| Rhine | 1233 |\n| Elbe | 1094 |'
