import type { Edge } from './calendar.ts'

/** The words before a date that say how it is meant. */
export interface Lead {
  readonly start: number
  readonly preposition: string | undefined
  readonly edge: Edge | undefined
}

/** How a date is put: what stands right before it. */
export function leadOf(text: string, index: number): Lead {
  const before = text.slice(Math.max(0, index - 60), index)
  const match = LEAD.exec(before)
  const { preposition, edge } = match?.groups ?? {}
  const start = match && match[0] !== '' ? index - match[0].length : index
  return { start, preposition: preposition?.replace(/\s+/g, ' '), edge: edge === undefined ? undefined : EDGE[edge] }
}

const PREPOSITIONS = [
  'no later than|not later than|at the latest by|latest by|on or before|any ?time before|some ?time before',
  'by|before|until|till|prior to|ahead of|up to|through|throughout|within|due',
  'after|since|following|from|as of',
  'early in|later in|late in|some ?time in|in the course of|in|on|during|at|over|around|about|circa|this|come|for|of',
].join('|')
const EDGES =
  'very end|end|close|second half|last days?|final days?|start|beginning|first day|first half|middle|mid|early|late'
const LEAD = new RegExp(
  `(?<![\\p{L}\\d])(?:(?<preposition>${PREPOSITIONS}) +)?(?:the )?(?:(?<edge>${EDGES})(?:-| |$)(?:(?:of|in)(?: |-))?(?:the |this )?)?$`,
  'u',
)

const EDGE: Readonly<Record<string, Edge>> = {
  'very end': 'end',
  end: 'end',
  close: 'end',
  'second half': 'end',
  'last day': 'end',
  'last days': 'end',
  'final day': 'end',
  'final days': 'end',
  'first half': 'middle',
  start: 'start',
  beginning: 'start',
  'first day': 'start',
  middle: 'middle',
  mid: 'middle',
  early: 'early',
  late: 'late',
}
