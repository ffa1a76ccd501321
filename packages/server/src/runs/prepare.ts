import {
  type AssistantMessage,
  answerOf,
  type Conversation,
  type FileId,
  type MessageId,
  type RunId,
  StreambedError,
} from '@streambed/protocol'
import type { AnswerOptions } from '../agent/answer-options.ts'
import { type AttachedFile, buildHistory, historyNeeds, overflow, refusalOf } from '../agent/context.ts'
import { filtersOf } from '../agent/filters/agent-filters.ts'
import type { FilledForm, OpenForm } from '../agent/form.ts'
import { ofTask } from '../agent/tasks/context.ts'
import { priceOf } from '../model/price.ts'
import { recordsOf } from '../records/records.ts'
import type { RunRecord } from '../store/store.ts'
import { accountOf } from './account.ts'
import { agentOf } from './agent-of.ts'
import { meterFor } from './budgets.ts'
import type { Engine } from './engine.ts'
import { readFold } from './open.ts'
import { stateBefore } from './state.ts'
import { timersOf } from './timers.ts'

/** What a run is to answer. */
export interface Question extends Omit<AnswerOptions, 'signal'> {
  /** The conversation as it stands before the run goes on. */
  readonly conversation: Conversation
  /** What a filter says to the message, which no model is shown. */
  readonly refusal: string | undefined
}

/** All that an agent needs to answer: who it is, whom it asks, and what was said so far. */
export async function prepare(engine: Engine, record: RunRecord): Promise<Question> {
  const { run, conversation: id, owner, message, agent: name, model } = record
  const agent = await agentOf(engine, name)
  if (!agent) throw new StreambedError('unknown-agent', `This conversation was begun with "${name}".`)
  const { conversation } = await readFold(engine.store, id)
  const begun = begunAnswer(conversation, run)
  const modelId = begun?.model ?? model ?? agent.model ?? engine.defaultModel()

  const { limits } = agent
  const shown = agent.context === 'task' ? ofTask(conversation, message) : conversation
  const needs = historyNeeds(shown, message, { limits, model: modelId })
  const runs = begun ? [...needs.runs, run] : needs.runs
  const sealed = runs.length > 0 ? await engine.store.sealed(id, runs) : []
  const files = await filesOf(engine, owner, needs.files)
  const shownTo = { limits, model: modelId, sealed, files }
  const records = recordsOf(engine, owner)
  const system = [engine.settings.systemPrompt, await agent.profile({ records })].filter(Boolean).join('\n\n')
  const { maxTokens, temperature, topP, workspace } = engine.settings
  return {
    agent,
    model: engine.model,
    modelId,
    conversation,
    refusal: refusalTo(conversation, message),
    filters: filtersOf([...engine.filters, ...agent.filters], { owner, conversation: id, agent: name }),
    history: buildHistory(shown, message, shownTo),
    overflow: agent.oldTurns === 'sum-up' ? overflow(shown, message, shownTo) : undefined,
    state: conversation.state,
    stateBefore: await stateBefore(engine.store, owner, conversation, run),
    price: priceOf(modelId) ?? null,
    settings: {
      maxTokens,
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(workspace === undefined ? {} : { deployment: { workspace } }),
      ...(system === '' ? {} : { system }),
    },
    ids: { run, conversation: id, owner },
    ...formsOf(conversation, message, run),
    resume: begun && { answer: begun, sealed: sealed.filter((block) => block.run === run) },
    timers: timersOf(engine, name, owner, id),
    records,
    account: accountOf(engine, owner, id),
    meter: meterFor(engine, record, begun?.questions),
    now: engine.now,
  }
}

function refusalTo({ messages }: Conversation, message: MessageId): string | undefined {
  const asked = messages.find(({ role, id }) => role === 'user' && id === message)
  return asked?.role === 'user' ? refusalOf(asked) : undefined
}

/** What the run has said before it was parked; nothing for one that has yet to begin. */
function begunAnswer(conversation: Conversation, run: RunId): AssistantMessage | undefined {
  const answer = answerOf(conversation, run)
  return answer && answer.attempt > 0 ? answer : undefined
}

/** The forms that the run may ask back with, and the one that its message has filled in. */
function formsOf(conversation: Conversation, message: MessageId, run: RunId): Pick<AnswerOptions, 'forms' | 'filled'> {
  const filled = filledForm(conversation, message, run)
  const open = conversation.forms.filter(({ status }) => status === 'open')
  const forms = new Map<string, OpenForm>(open.map(({ id, tool }) => [tool, { id, isOpen: true }]))
  if (filled) forms.set(filled.tool, { id: filled.form, isOpen: false })
  return { forms, filled }
}

/** The form that the message has filled in; nothing for a run that has begun before and has given it to its tool. */
function filledForm(conversation: Conversation, message: MessageId, run: RunId): FilledForm | undefined {
  if ((answerOf(conversation, run)?.blocks.length ?? 0) > 0) return undefined
  const asked = conversation.messages.find(({ role, id }) => role === 'user' && id === message)
  return asked?.role === 'user' ? asked.parts.find((part) => part.type === 'form') : undefined
}

async function filesOf(
  { store }: Engine,
  owner: RunRecord['owner'],
  ids: readonly FileId[],
): Promise<Map<FileId, AttachedFile>> {
  const found = await Promise.all(ids.map((id) => store.file(owner, id)))
  return new Map(found.flatMap((file) => (file ? [[file.id, file] as const] : [])))
}
