import { createInterface } from 'node:readline'
import type { Approval, AssistantMessage, Block } from '@streambed/protocol'
import type { ConversationHandle } from './client.js'
import { printableJson, printableLine } from './printable.ts'

type Tool = Extract<Block, { type: 'tool' }>
type AskingTool = Tool & { readonly approval: Approval }

/** The calls of an answer that wait to be allowed. */
export function askingTools({ blocks }: AssistantMessage): readonly AskingTool[] {
  return blocks.filter(isAsking)
}

function isAsking(block: Block): block is AskingTool {
  return block.type === 'tool' && block.status === 'waiting' && block.approval?.answer === null
}

/** What a tool would do, in a line. */
export function deedOf({ name, approval }: AskingTool): string {
  return `${printableLine(name)} ${printableJson(approval.input)}`
}

/** Asks at the terminal, one after the other, whether tools may do what they are about to. Resolves to false when nobody is there. */
export async function askPermissions(handle: ConversationHandle, answer: AssistantMessage): Promise<boolean> {
  for (const tool of askingTools(answer)) {
    const { id, reason } = tool.approval
    process.stderr.write(`${reason ? `${printableLine(reason)}\n` : ''}Allow ${deedOf(tool)}? [y/N] `)
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
