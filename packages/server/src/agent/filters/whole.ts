import type { CallId, FilterPlace, NewEvent, RunId } from '@streambed/protocol'
import { count, type Filter, type FilterContext, inOrder, isRefusal, verdictOf } from './filter.ts'

/** A whole text after all filters. */
export interface Filtered {
  readonly text: string
  /** The sentence of the filter that refused it; the others after it have not looked. */
  readonly refusal: string | undefined
  readonly notes: readonly Note[]
}

/** What one filter did. */
export interface Note {
  readonly filter: string
  readonly action: 'changed' | 'refused'
  readonly found: Readonly<Record<string, number>>
  readonly say?: string
}

/** Shows a whole text to the filters that look there, each to what the one before has left. @throws StreambedError `filter-failed` */
export async function filterWhole(filters: readonly Filter[], text: string, context: FilterContext): Promise<Filtered> {
  const notes: Note[] = []
  for (const filter of filters) {
    if (!filter.on.includes(context.on) || text === '') continue
    const verdict = await verdictOf(filter, text, context)
    if (isRefusal(verdict)) {
      const found = verdict.kind === undefined ? {} : { [verdict.kind]: 1 }
      notes.push({ filter: filter.name, action: 'refused', found, say: verdict.refuse })
      return { text, refusal: verdict.refuse, notes }
    }
    const found: Record<string, number> = {}
    let changed = ''
    let end = 0
    for (const finding of inOrder(verdict, text.length)) {
      changed += text.slice(end, finding.from) + finding.replacement
      end = finding.to
      count(found, finding.kind)
    }
    if (end === 0) continue
    text = (changed + text.slice(end)).toWellFormed()
    notes.push({ filter: filter.name, action: 'changed', found })
  }
  return { text, refusal: undefined, notes }
}

/** What filters did, as events. */
export function filterEvents(run: RunId, on: FilterPlace, notes: readonly Note[], call?: CallId): NewEvent[] {
  return notes.map((note) => ({ type: 'filter', run, on, ...note, ...(call !== undefined && { call }) }))
}
