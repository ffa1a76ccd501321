import { createHash } from 'node:crypto'
import { StreambedError } from '@streambed/protocol'
import { defineCollection } from '@streambed/server'
import * as z from 'zod'
import { Calibration, calibration } from './calibration.ts'
import { Prediction } from './prediction.ts'

/** A prediction waits for its date, then a person says what became of it. */
export const Status = z.enum(['pending', 'verified_true', 'verified_false', 'inconclusive'])
export type Status = z.infer<typeof Status>

/** What the agent found when the date had come. A person confirms or overrules it. */
export const Proposal = z.object({
  verdict: Status.exclude(['pending']),
  evidence: z.array(z.string().max(2_000)).min(1).max(20),
  reasoning: z.string().max(4_000),
  at: z.iso.datetime(),
})

/** How often the agent is asked, and how long it has to answer the first time, in milliseconds: then four times as long. */
const MOST_ASKED = 6
const FIRST_PATIENCE = 30_000

const Id = z.string().regex(/^[\w-]{2,64}$/)

const SavedPrediction = z.object({
  /** The prediction, or its JSON text as `complete` frames carry it. */
  prediction: z.preprocess(fromText, Prediction),
  /** The run that made it, and where. */
  run: Id.optional(),
  conversation: Id.optional(),
  /** What a person remarks, for instance why they overruled the proposal. */
  note: z.string().max(4_000).default(''),
  status: Status.default('pending'),
  due: z.string().default(''),
  history: z.array(z.object({ status: Status, at: z.iso.datetime(), note: z.string().optional() })).default([]),
  proposal: Proposal.nullable().default(null),
  /** When the agent was asked what became of it. */
  asked: z.array(z.iso.datetime()).max(MOST_ASKED).default([]),
})

/** Predictions that the user has logged. */
export const predictions = defineCollection({
  name: 'predictions',
  description: 'Predictions that the user has logged, with what became of them.',
  schema: SavedPrediction,
  indexes: ['status', 'due', 'conversation'],
  derived: ['due', 'history', 'proposal', 'asked'],
  fixed: ['prediction', 'run', 'conversation'],
  keyOf: ({ prediction, run }) =>
    createHash('sha256')
      .update(JSON.stringify([run ?? null, prediction]))
      .digest('hex'),
  settle(value, { before, now }) {
    const at = now.toISOString()
    const due = value.prediction.verification_date
    const status: Status = 'pending' // whatever was sent along
    if (!before) return { ...value, due, status, history: [{ status, at }], proposal: null, asked: [] }
    if (value.status === before.status) return { ...value, due }
    if (before.status !== 'pending')
      throw new StreambedError('record-refused', `It was judged ${before.status} already; only pending ones can be.`)
    const isRemarked = value.note !== '' && value.note !== before.note
    const change = { status: value.status, at, ...(isRemarked && { note: value.note }) }
    return { ...value, due, history: [...value.history, change] }
  },
  timer({ status, proposal, due, asked, conversation }) {
    const at = status === 'pending' && !proposal ? nextAsk(due, asked) : undefined
    return at && { kind: 'due', at, ...(conversation && { conversation: conversation as never }) } // it is only looked for
  },
  views: {
    calibration: {
      summary: 'How well stated confidence has matched what came true.',
      response: Calibration,
      of: (records) => calibration(records),
    },
  },
})

/** On its date, and again while the agent has not proposed anything: its run may have failed, or been cut with the server. */
function nextAsk(due: string, asked: readonly string[]): Date | undefined {
  const last = asked.at(-1)
  if (last === undefined) return new Date(due)
  if (asked.length === MOST_ASKED) return undefined
  return new Date(Date.parse(last) + FIRST_PATIENCE * 4 ** (asked.length - 1))
}

function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value // no JSON: then it is refused as the text that it is
  }
}
