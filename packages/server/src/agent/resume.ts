import type { AssistantMessage, CallId, ToolBlock } from '@streambed/protocol'
import type { ApprovalAnswer } from './approval.ts'
import type { CallResults } from './calls.ts'
import type { SealedBlock } from './context.ts'
import { countRepeat, repeatKey } from './tool-input.ts'
import type { Citation, HeardCall, Numbering } from './transcript.ts'

/** A run that is taken up again: what its log says of it, and what was sealed there. */
export interface Resumption {
  readonly answer: AssistantMessage
  readonly sealed: readonly SealedBlock[]
}

/** What a parked run must remember and its log does not say. It is sealed with `run-park`. */
export interface Memory {
  /** Sources that wait for words to be shown with. */
  readonly citations: readonly Citation[]
  readonly hasWords: boolean
  /** What is wrong with its output. */
  readonly unfit: string | null
}

/** Where a run stands: what its steps share and change. */
export interface Standing {
  /** The last that has begun; 0 before the first. */
  step: number
  readonly numbering: Numbering
  /** How often it has asked for what. */
  readonly repeats: Map<string, number>
  /** What its model calls have cost. */
  microDollars: number
  /** Whether it has said something to people. */
  hasWords: boolean
  /** What is wrong with its output, in words, until it is mended. */
  unfit: string | null
}

/** Where a run stands by its log. */
export function standingOf({ answer, sealed }: Resumption): Standing {
  const { citations, hasWords, unfit } = memoryOf(sealed)
  const tools = answer.blocks.filter((block) => block.type === 'tool')
  return {
    step: answer.steps,
    numbering: {
      run: answer.id,
      blocks: answer.blocks.reduce((last, { block }) => Math.max(last, block), 0),
      calls: new Set(tools.map(({ call }) => call)),
      citations: [...citations],
    },
    repeats: repeatsOf(tools),
    microDollars: answer.usage?.microDollars ?? 0,
    hasWords: hasWords || answer.blocks.some((block) => block.type === 'text' && block.text.trim() !== ''),
    unfit,
  }
}

/** The calls that wait for people. */
interface WaitingCalls {
  /** Each with the input it would run with now. */
  readonly calls: readonly HeardCall[]
  /** What people have said to them; null where they have not yet. */
  readonly answers: ReadonlyMap<CallId, ApprovalAnswer | null>
}

export function waitingCalls({ blocks }: AssistantMessage): WaitingCalls {
  const waiting = blocks.filter((block) => block.type === 'tool').filter(({ status }) => status === 'waiting')
  return {
    calls: waiting.map(heardCall),
    answers: new Map(waiting.map(({ call, approval }) => [call, approval?.answer ?? null])),
  }
}

/** Whether the run asked if it may spend more, and may not. */
export function refusedMore({ questions }: AssistantMessage): boolean {
  return questions?.at(-1)?.answer?.approved === false
}

/** The answer with the results of calls that were still open in it. */
export function withResults(answer: AssistantMessage, results: CallResults): AssistantMessage {
  const blocks = answer.blocks.map((block) => {
    const result = block.type === 'tool' ? results.get(block.call) : undefined
    if (block.type !== 'tool' || !result) return block
    const { ok, text } = result
    return { ...block, status: ok ? ('done' as const) : ('failed' as const), output: text, error: ok ? null : text }
  })
  return { ...answer, blocks }
}

const NOTHING: Memory = { citations: [], hasWords: false, unfit: null }

function memoryOf(sealed: readonly SealedBlock[]): Memory {
  const memory = sealed.findLast(({ block }) => block === 0)?.sealed
  return (memory as Memory | undefined) ?? NOTHING // as the loop sealed it
}

function heardCall({ block, call, name, input }: ToolBlock): HeardCall {
  return { type: 'tool', block, call, name, input: JSON.stringify(input) }
}

function repeatsOf(tools: readonly ToolBlock[]): Map<string, number> {
  const repeats = new Map<string, number>()
  for (const { name, input } of tools) countRepeat(repeats, repeatKey(name, input))
  return repeats
}
