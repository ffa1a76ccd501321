import type { EventOf } from '@streambed/protocol'
import type { NewEvent } from './store.ts'

/** Pieces of text as they stream: the only events that may wait a moment for company. */
export function isDelta(event: NewEvent): event is DeltaEvent {
  return event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'tool-input-delta'
}

type DeltaEvent = NewEvent & EventOf<'text-delta' | 'reasoning-delta' | 'tool-input-delta'>

/**
 * An answer on its way: what a power cut may take back, though no crash of the process, because the new epoch tells readers.
 * What users did, what tools may have done and how runs ended is not of this kind.
 */
export function isPassing(event: NewEvent): event is NewEvent & EventOf<Passing> {
  return PASSING.has(event.type)
}

const PASSING_TYPES = [
  'run-start',
  'step-start',
  'step-end',
  'progress',
  'text-start',
  'text-delta',
  'text-end',
  'reasoning-start',
  'reasoning-delta',
  'reasoning-end',
  'tool-start',
  'tool-input-delta',
  'citation',
] as const
type Passing = (typeof PASSING_TYPES)[number]
const PASSING: ReadonlySet<NewEvent['type']> = new Set(PASSING_TYPES)
