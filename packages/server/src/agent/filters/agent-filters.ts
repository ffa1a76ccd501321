import type { FilterPlace, NewEvent } from '@streambed/protocol'
import type { Filter, FilterContext } from './filter.ts'
import { type AnswerFiltering, filterAnswer } from './filter-answer.ts'
import { type Filtered, filterWhole } from './whole.ts'

/** The filters of one conversation with an agent. */
export interface AgentFilters {
  readonly lookAtAnswers: boolean
  /** @throws StreambedError `filter-failed` */
  whole(on: FilterPlace, text: string): Promise<Filtered>
  /** A run's events as people may see them. */
  answer(
    events: AsyncIterable<readonly NewEvent[]>,
    filtering: Pick<AnswerFiltering, 'run' | 'state' | 'stateBefore' | 'stop'>,
  ): AsyncIterable<readonly NewEvent[]>
}

/** Undefined where there are none, so that nothing is done where nothing is to do. */
export function filtersOf(filters: readonly Filter[], who: Omit<FilterContext, 'on'>): AgentFilters | undefined {
  if (filters.length === 0) return undefined
  const ofAnswers = filters.filter(({ on }) => on.includes('answer'))
  return {
    lookAtAnswers: ofAnswers.length > 0,
    whole: (on, text) => filterWhole(filters, text, { ...who, on }),
    answer: (events, filtering) =>
      filterAnswer(events, { ...filtering, filters: ofAnswers, context: { ...who, on: 'answer' } }),
  }
}
