import type { LiveState, NewEvent, RunId } from '@streambed/protocol'
import type { ModelContent, ModelMessage } from '../model/model.ts'
import type { Agent } from './agent.ts'
import type { AnswerOptions } from './answer-options.ts'
import type { CallResults } from './calls.ts'
import type { OpenForm } from './form.ts'
import { type Hearing, hearing, withOutput } from './output/hearing.ts'
import { fieldsOf, outputTool, type Writing } from './output/output.ts'
import type { SectionTags } from './output/sections.ts'
import { stateWriter } from './output/state-writer.ts'
import { type Memory, type Standing, standingOf } from './resume.ts'
import type { Tool } from './tool.ts'
import type { HeardCall } from './transcript.ts'

/** A run under way: what it was given, what it works with, and where it stands. */
export interface Run extends Standing {
  readonly id: RunId
  readonly options: AnswerOptions
  /** The agent's, and the one whose input is its output, where it has such. */
  readonly tools: readonly Tool[]
  readonly writing: Writing
  /** Hears the agent's output, where it has one. */
  readonly hearing: Hearing | null
  /** The form that each tool asks back with, by the tool's name. */
  readonly forms: Map<string, OpenForm>
  /** What the model is shown next: what was said so far, as it would have written it. */
  said: ModelMessage[]
  /** Whether the model was asked to mend its output, which it is once: `under way` in the one call that is for that. */
  mending: 'not yet' | 'under way' | 'over'
  /** What has happened but goes with the next batch, so that a step costs no append of its own. */
  due: NewEvent[]
}

/** A run that has done nothing here yet, and been told nothing. One that is taken up again stands where its log says. */
export function newRun(options: AnswerOptions): Run {
  const { agent, ids, resume, state = NO_STATE, stateBefore } = options
  const { output } = agent
  const writing = writingOf(options)
  return {
    ...(resume ? standingOf(resume) : atStart(ids.run)),
    id: ids.run,
    options,
    tools: output && !writing.tags ? [...agent.tools, outputTool(output)] : agent.tools,
    writing,
    hearing: output && hearing(stateWriter(output, ids.run, state, stateBefore), output, writing, ids.run),
    forms: new Map(options.forms),
    said: [],
    mending: 'not yet',
    due: [],
  }
}

function atStart(run: RunId): Standing {
  return {
    step: 0,
    numbering: { run, blocks: 0, calls: new Set(), citations: [] },
    repeats: new Map(),
    microDollars: 0,
    hasWords: false,
    unfit: null,
  }
}

const NO_STATE: LiveState = { revision: 0, value: null, undo: [], redo: [] }

/** A nonce cannot be part of a schema, which is made once; nor is it needed where the model can write nothing but the fields. */
function writingOf({ agent, model, modelId, ids }: AnswerOptions): Writing {
  const tags = sectionTags(agent, ids.run)
  if (!agent.output || !tags || tags.nonce !== undefined) return { tags }
  const fields = fieldsOf(agent.output, tags)
  return { tags, fields: model.holds(modelId, fields) ? fields : undefined }
}

/** The tags of an agent that writes its output in sections. The end of the run's id is a secret until the run is over. */
function sectionTags({ output }: Agent, run: RunId): SectionTags | undefined {
  if (!output || 'tool' in output.by) return undefined
  return output.by.nonce ? { ...output.by.tags, nonce: run.slice(-8) } : output.by.tags
}

/** Tells the run what was said before it, or before it was taken up again. */
export function tell(run: Run, messages: readonly ModelMessage[]): void {
  const { agent, state } = run.options
  run.said = [...(agent.output ? withOutput(messages, agent.output, run.writing, state?.value ?? null) : messages)]
}

/** Keeps for the next call what this one has answered, and what its tools gave. */
export function remember(
  run: Run,
  content: readonly ModelContent[],
  calls: readonly HeardCall[],
  results: CallResults,
): void {
  const given = calls.map(({ call }): ModelContent => ({ type: 'tool-result', call, ...results.get(call)! }))
  run.said.push({ role: 'assistant', content }, { role: 'user', content: given })
}

/** Some events, behind those that were due. */
export function withDue(run: Run, ...events: readonly NewEvent[]): readonly NewEvent[] {
  const all = [...run.due, ...events]
  run.due = []
  return all
}

/** The run waits for people. What its log would not say of it is sealed. */
export function park({ id, numbering, hasWords, unfit }: Run): NewEvent {
  const memory: Memory = { citations: numbering.citations, hasWords, unfit }
  return { type: 'run-park', run: id, sealed: memory }
}
