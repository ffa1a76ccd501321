import {
  type AnswerForm,
  type AssistantMessage,
  type Conversation,
  type ConversationId,
  type Form,
  type FormId,
  type MessageId,
  type NewEvent,
  type Owner,
  type Position,
  type RunId,
  StreambedError,
} from '@streambed/protocol'
import { checkInput, formCall, formRequest, lackOf } from '../agent/form.ts'
import type { Tool } from '../agent/tool.ts'
import { append, type Engine } from './engine.ts'
import { openConversation } from './open.ts'
import { advance } from './perform.ts'
import { acceptedBefore, takeMessage } from './start.ts'

/** What an answer to a form led to. */
export interface FormAnswered {
  readonly conversation: ConversationId
  readonly form: FormId
  /** The place of the last event that the answer has made. */
  readonly position: Position
  /** Of a form that was sent: the message, and the run that uses it. */
  readonly message?: MessageId
  readonly run?: RunId
}

/**
 * Takes a person's answer to a form. Sent values go through the tool's own validation: right ones become a message, whose run
 * gives them to the tool as they are; wrong ones put the same form back with what is wrong with it. The same `requestId` again gets
 * the first answer.
 *
 * @throws StreambedError `not-found`, `form-closed`, `form-refused`, and what sending a message throws.
 */
export async function answerForm(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  form: FormId,
  { requestId, action, values }: AnswerForm,
): Promise<FormAnswered> {
  const answered = await engine.inTurn(id, async () => {
    const before = action === 'submit' && (await acceptedBefore(engine, owner, { requestId, conversation: id }))
    if (before) return { ...before, form }
    if (engine.draining) throw new StreambedError('draining', undefined, { retryAfterMs: 2_000 })
    const conversation = await openConversation(engine.store, owner, id)
    const found = conversation.forms.find((known) => known.id === form)
    if (!found) throw new StreambedError('not-found')
    if (action === 'cancel') return cancel(engine, owner, conversation, found)
    if (found.status !== 'open') throw new StreambedError('form-closed')
    return submit(engine, owner, conversation, found, { requestId, values })
  })
  await advance(engine, id)
  return answered
}

async function cancel(engine: Engine, owner: Owner, conversation: Conversation, form: Form): Promise<FormAnswered> {
  const { id, tasks, position } = conversation
  if (form.status === 'cancelled') return { conversation: id, form: form.id, position }
  if (form.status !== 'open') throw new StreambedError('form-closed')
  const given = tasks.filter((task) => task.intent === form.tool && isUnfinished(task.status))
  const entries = await append(engine, owner, id, [
    { type: 'form-end', form: form.id, reason: 'cancelled' },
    ...given.map(({ id: task }) => ({ type: 'task-end' as const, task, outcome: 'cancelled' as const })),
  ])
  return { conversation: id, form: form.id, position: { epoch: engine.store.epoch, seq: entries.at(-1)!.seq } }
}

async function submit(
  engine: Engine,
  owner: Owner,
  conversation: Conversation,
  form: Form,
  { requestId, values: sent }: Pick<AnswerForm, 'requestId' | 'values'>,
): Promise<FormAnswered> {
  const { id } = conversation
  const { agent, tool } = await toolOf(engine, owner, form)
  const values = Object.fromEntries(Object.entries({ ...form.values, ...sent }).filter(([, value]) => !isBlank(value)))
  const checked = await checkInput(tool, values)
  if (!checked.success) {
    const lack = await lackOf(tool, values, checked.error)
    const again = formRequest(form.run, tool, lack, { id: form.id, isOpen: true })
    if (!isSame(again, form)) await append(engine, owner, id, [again])
    throw new StreambedError('form-refused')
  }
  const end: NewEvent = { type: 'form-end', form: form.id, reason: 'submitted' }
  const part = { type: 'form' as const, form: form.id, tool: tool.name, values }
  const accepted = await takeMessage(engine, owner, id, { requestId, agent, conversation: id }, [part], [end])
  return { ...accepted, form: form.id }
}

/**
 * The form whose run was cut before its tool had a result, open again with the values that were sent: the user can send it once
 * more. Nothing for any other run.
 */
export function reopenedForm({ messages, forms }: Conversation, cut: AssistantMessage): readonly NewEvent[] {
  const asked = messages.find(({ role, id }) => role === 'user' && id === cut.replyTo)
  const part = asked?.role === 'user' ? asked.parts.find(({ type }) => type === 'form') : undefined
  const form = forms.find(({ id }) => part?.type === 'form' && id === part.form)
  if (part?.type !== 'form' || form?.status !== 'submitted') return []
  const call = formCall(form.id)
  if (cut.blocks.some((block) => block.type === 'tool' && block.call === call && block.status === 'done')) return []
  const { id, tool, schema } = form
  return [
    {
      type: 'form-request',
      run: cut.id,
      form: id,
      tool,
      schema: { ...schema },
      values: part.values,
      missing: [],
      errors: [],
    },
  ]
}

/** The tool that asked back, of the agent whose it is. */
async function toolOf(
  engine: Engine,
  owner: Owner,
  form: Form,
): Promise<{ readonly agent: string; readonly tool: Tool }> {
  const run = await engine.store.findRun(owner, form.run)
  const agent = engine.agents.get(run?.agent ?? '')
  if (!agent) throw new StreambedError('unknown-agent')
  const tool = agent.tools.find(({ name }) => name === form.tool)
  if (!tool) throw new StreambedError('form-closed', `${agent.title} cannot do ${form.tool} any more.`)
  return { agent: agent.name, tool }
}

function isUnfinished(status: Conversation['tasks'][number]['status']): boolean {
  return status === 'open' || status === 'abandoned'
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** A form that was sent again as it is says nothing new. */
function isSame(request: ReturnType<typeof formRequest>, { values, missing, errors }: Form): boolean {
  const told = [request.values, request.missing, request.errors]
  return JSON.stringify(told) === JSON.stringify([values, missing, errors])
}
