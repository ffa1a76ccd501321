import { type AssistantMessage, type Conversation, ConversationId } from '@streambed/protocol'
import * as z from 'zod'
import { openConversation } from '../runs/open.ts'
import { csv } from './csv.ts'
import type { App, Door } from './door.ts'

/** What one answer has cost. */
const Receipt = z.object({
  run: z.string(),
  message: z.string().describe('The message it answers.'),
  agent: z.string(),
  model: z.string(),
  /** Null while it waits for its turn. */
  startedAt: z.string().nullable(),
  status: z.string(),
  calls: z.int(),
  inputTokens: z.int().describe('Without cached ones.'),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  microDollars: z.int().nullable().describe('Null where the price of a call is not known.'),
  dollars: z.string().nullable(),
  tier: z.literal('standard').nullable().describe('Of the prices it was counted by.'),
  priceDate: z.string().nullable().describe('Of the price book.'),
  estimated: z.boolean().describe('A call was cut before Bedrock had counted it.'),
})
type Receipt = z.infer<typeof Receipt>
const Receipts = z.object({
  items: z.array(Receipt),
  total: Receipt.pick({ calls: true, microDollars: true, dollars: true }),
})

/** Receipts: what each answer of a conversation has cost. Their sum is what the ledger of usage has for it. */
export function receipts(app: App, { engine }: Door): void {
  app.get(
    '/v1/conversations/:id/receipts',
    {
      schema: {
        summary: 'What each answer has cost: calls, tokens by kind, money, by which prices.',
        tags: ['usage'],
        params: z.object({ id: ConversationId }),
        querystring: z.object({ format: z.enum(['json', 'csv']).default('json') }),
      },
    },
    async ({ owner, params, query }, reply) => {
      const answer = receiptsOf(await openConversation(engine.store, owner, params.id))
      if (query.format === 'json') return answer
      reply.header('content-disposition', `attachment; filename="receipts-${params.id}.csv"`)
      return reply.type('text/csv; charset=utf-8').send(csv(answer.items, Receipt.keyof().options))
    },
  )
}

/** The answers that have asked a model, in the order in which they were asked for. */
export function receiptsOf({ messages }: Pick<Conversation, 'messages'>): z.infer<typeof Receipts> {
  const items = messages.flatMap((message) => (message.role === 'assistant' && message.usage ? receiptOf(message) : []))
  const priced = items.filter(({ microDollars }) => microDollars !== null)
  const microDollars = priced.reduce((sum, receipt) => sum + receipt.microDollars!, 0)
  const isKnown = priced.length > 0 || items.length === 0
  return {
    items,
    total: {
      calls: items.reduce((sum, { calls }) => sum + calls, 0),
      microDollars: isKnown ? microDollars : null,
      dollars: isKnown ? dollars(microDollars) : null,
    },
  }
}

function receiptOf(answer: AssistantMessage): Receipt {
  const { id: run, replyTo: message, agent, model, startedAt, status } = answer
  const { firstTokenMs: _, microDollars, priceDate, ...counted } = answer.usage!
  return {
    run,
    message,
    agent,
    model: model!, // it was asked
    startedAt,
    status,
    ...counted,
    microDollars,
    dollars: microDollars === null ? null : dollars(microDollars),
    tier: priceDate === null ? null : 'standard',
    priceDate,
  }
}

/** All six digits, so that nothing is rounded: 2,400 micro-dollars are `0.002400`. */
function dollars(microDollars: number): string {
  return `${Math.floor(microDollars / 1_000_000)}.${String(microDollars % 1_000_000).padStart(6, '0')}`
}
