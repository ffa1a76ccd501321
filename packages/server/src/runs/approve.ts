import { isDeepStrictEqual } from 'node:util'
import {
  type ApprovalId,
  type Approve,
  type AssistantMessage,
  answerOf,
  type BudgetQuestion,
  type EventOf,
  type Owner,
  type Position,
  type RunId,
  StreambedError,
  type ToolBlock,
  whatIsWrong,
} from '@streambed/protocol'
import { nestsTooDeep } from '../agent/tool-input.ts'
import { hasRoom } from '../budgets/meter.ts'
import { Fenced, type RunRecord } from '../store/store.ts'
import { agentOf } from './agent-of.ts'
import { append, type Engine } from './engine.ts'
import { readFold } from './open.ts'
import { advance } from './perform.ts'

/**
 * Takes a person's answer to an approval that a run has asked for. Durable when it returns; harmless when repeated (P62). The run goes
 * on once all that it has asked is answered. Returns where the log's end was then.
 *
 * A run that has asked whether it may spend more is answered so too (P88).
 *
 * @throws StreambedError `not-found`; `approval-closed` when it was answered otherwise, or nobody can answer any more;
 *   `bad-request` when an edited input does not fit its tool.
 */
export async function approve(
  engine: Engine,
  owner: Owner,
  run: RunId,
  approval: ApprovalId,
  answer: Approve,
): Promise<{ readonly conversation: RunRecord['conversation']; readonly run: RunId; readonly position: Position }> {
  const record = await engine.store.findRun(owner, run)
  if (!record) throw new StreambedError('not-found')
  const { conversation } = record
  await engine.inTurn(conversation, () => takeAnswer(engine, record, approval, answer))
  await advance(engine, conversation)
  const seq = (await engine.store.find(owner, conversation))?.seq ?? 0
  return { conversation, run, position: { epoch: engine.store.epoch, seq } }
}

/** Answers the approvals of a parked run whose time is up: nobody has allowed them. */
export async function expireApprovals(engine: Engine, { run, owner, conversation }: RunRecord): Promise<void> {
  const now = engine.now().getTime()
  await engine.inTurn(conversation, async () => {
    const record = await engine.store.findRun(owner, run)
    const late = record?.approvals.filter(({ until }) => until <= now) ?? []
    for (const { approval } of late) await tell(engine, record!, { approval, approved: false, by: null })
  })
  await advance(engine, conversation)
}

async function takeAnswer(engine: Engine, record: RunRecord, approval: ApprovalId, answer: Approve): Promise<void> {
  const said = answerOf((await readFold(engine.store, record.conversation)).conversation, record.run)
  const question = said?.questions?.find(({ id }) => id === approval)
  if (question) return answerQuestion(engine, record, question, answer)
  const asked = askedCall(said, approval)
  const { approved } = answer
  // An input that is left out, or that is what was asked, is no edit.
  const input = approved && answer.input !== undefined ? answer.input : asked.approval.input
  if (asked.approval.answer) {
    const isSame = asked.approval.answer.approved === approved && isDeepStrictEqual(asked.input, input)
    if (!isSame) throw new StreambedError('approval-closed')
    return
  }
  if (Date.parse(asked.approval.expiresAt) <= engine.now().getTime()) throw new StreambedError('approval-closed')
  const isEdited = !isDeepStrictEqual(input, asked.approval.input)
  if (isEdited) await checkInput(engine, record, asked.name, input)
  const by = record.owner.user
  await tell(engine, record, { approval, approved, ...(isEdited && { input }), by })
}

/** P88: a user allows what their own budgets do not; for the organisation's an admin makes room first. */
async function answerQuestion(
  engine: Engine,
  record: RunRecord,
  question: BudgetQuestion,
  { approved }: Approve,
): Promise<void> {
  if (question.answer?.approved === approved) return
  if (question.answer || Date.parse(question.expiresAt) <= engine.now().getTime())
    throw new StreambedError('approval-closed')
  if (approved && question.by === 'admin' && !(await hasRoom(engine, record, question)))
    throw new StreambedError('budget-spent', "It is your organisation's: an admin raises it on the page Budgets.")
  await tell(engine, record, { approval: question.id, approved, by: record.owner.user })
}

type AskedCall = ToolBlock & { readonly approval: NonNullable<ToolBlock['approval']> }

function askedCall(answer: AssistantMessage | undefined, approval: ApprovalId): AskedCall {
  const blocks = answer?.blocks ?? []
  const asked = blocks.find((block) => block.type === 'tool' && block.approval?.id === approval)
  if (!asked) throw new StreambedError('not-found')
  return asked as AskedCall // found by its approval just above
}

async function checkInput(engine: Engine, { agent }: RunRecord, name: string, input: unknown): Promise<void> {
  const tool = (await agentOf(engine, agent))?.tools.find((known) => known.name === name)
  if (!tool) throw new StreambedError('bad-request', `The agent has no tool ${name} any more.`)
  if (nestsTooDeep(input)) throw new StreambedError('bad-request', 'The input is nested too deeply.')
  const checked = await tool.input.safeParseAsync(input)
  if (!checked.success) throw new StreambedError('bad-request', whatIsWrong(checked.error))
}

async function tell(
  engine: Engine,
  { run, owner, conversation }: RunRecord,
  answer: Omit<EventOf<'approval-answer'>, 'type' | 'run'>,
): Promise<void> {
  try {
    await append(engine, owner, conversation, [{ type: 'approval-answer', run, ...answer }])
  } catch (error) {
    if (error instanceof Fenced) throw new StreambedError('approval-closed') // the run has ended meanwhile
    throw error
  }
}
