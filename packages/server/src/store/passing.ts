import type { EventOf } from '@streambed/protocol'
import type { NewEvent } from './store.ts'

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
