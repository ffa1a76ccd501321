import { type CallId, type EventOf, newApprovalId, type RunId } from '@streambed/protocol'
import type { Tool } from './tool.ts'

/** What somebody said to a call that waits for it. `by` is null when the time was up; null in its place is no answer yet. */
export interface ApprovalAnswer {
  readonly approved: boolean
  readonly by: string | null
}

/** Whether people are asked before a tool runs with this input; a text is the reason that they are shown. */
export function mustAsk({ approval }: Tool, input: unknown): boolean | string {
  if (typeof approval !== 'function') return approval === 'always'
  return approval(input as never) // the tool's schema has checked it
}

/** The question whether a call may run, with exactly the input that it would run with. */
export function approvalRequest(
  tool: Tool,
  run: RunId,
  call: CallId,
  input: unknown,
  reason: boolean | string,
  now: Date,
): EventOf<'approval-request'> {
  return {
    type: 'approval-request',
    run,
    approval: newApprovalId(),
    call,
    name: tool.name,
    input,
    ...(typeof reason === 'string' && reason !== '' && { reason: reason.slice(0, MAX_REASON).toWellFormed() }),
    expiresAt: new Date(now.getTime() + tool.approvalMs).toISOString(),
  }
}

const MAX_REASON = 1_000

/** What the model is told of a call that was not allowed. */
export function deniedWords(name: string, { by }: ApprovalAnswer): string {
  if (by === null) return `${name} was not run: somebody must allow it first, and nobody answered in time.`
  return `${name} was not run: the user does not allow it. Do not call it so again unless they ask for it.`
}
