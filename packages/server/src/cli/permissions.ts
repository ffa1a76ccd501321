import { createInterface } from 'node:readline'
import type { ApprovalId, AssistantMessage, BudgetQuestion } from '@streambed/protocol'
import type { ConversationHandle } from './client.js'
import { printableJson, printableLine } from './printable.ts'

/** What an answer asks for before it goes on. */
interface Question {
  readonly id: ApprovalId
  readonly reason: string | null
  /** What saying yes allows, in a line. */
  readonly deed: string
}

/** What an answer waits to be allowed: calls of its tools, or money beyond a budget. */
export function questionsOf({
  blocks,
  questions = [],
}: Pick<AssistantMessage, 'blocks' | 'questions'>): readonly Question[] {
  const calls = blocks.flatMap((block): Question[] => {
    if (block.type !== 'tool' || block.status !== 'waiting' || block.approval?.answer !== null) return []
    const { id, reason, input } = block.approval
    return [{ id, reason, deed: `${printableLine(block.name)} ${printableJson(input)}` }]
  })
  const budgets = questions.filter(({ answer }) => answer === null).map(budgetQuestion)
  return [...calls, ...budgets]
}

function budgetQuestion({ id, scope, period, limit, spent, more }: BudgetQuestion): Question {
  const whose = scope === 'organisation' ? "Your organisation's" : 'Your'
  const reason = `${whose} budget for the ${period} has no room: ${amountOf(spent)} of ${amountOf(limit)} are spent.`
  return { id, reason, deed: `${amountOf(more)} more` }
}

function amountOf({ microDollars, tokens }: BudgetQuestion['more']): string {
  const money = microDollars === null ? [] : [`$${(microDollars / 1_000_000).toFixed(4)}`]
  const count = tokens === null ? [] : [`${tokens.toLocaleString('en')} tokens`]
  return [...money, ...count].join(' and ')
}

/** Asks at the terminal, one after the other, for what an answer waits. Resolves to false when nobody is there. */
export async function askPermissions(handle: ConversationHandle, answer: AssistantMessage): Promise<boolean> {
  for (const { id, reason, deed } of questionsOf(answer)) {
    process.stderr.write(`${reason ? `${printableLine(reason)}\n` : ''}Allow ${deed}? [y/N] `)
    const line = await lineFromTerminal()
    if (line === undefined) return false
    await handle.approve(answer.id, id, { approved: /^\s*y(es)?\s*$/i.test(line) })
  }
  return true
}

let lines: AsyncIterator<string> | undefined

/** The next line that is typed; undefined at the end of the input. */
async function lineFromTerminal(): Promise<string | undefined> {
  if (!lines && process.stdin.readableEnded) return undefined
  lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const { value, done } = await lines.next()
  return done ? undefined : value
}
