import { applyPatch, diff, type LiveState, type NewEvent, type RunId, StreambedError } from '@streambed/protocol'
import type { Filter, FilterContext } from './filter.ts'
import { type Stretch, stretch } from './stretch.ts'
import { filterEvents } from './whole.ts'

export interface AnswerFiltering {
  readonly run: RunId
  /** Those that look at answers, in their order. */
  readonly filters: readonly Filter[]
  readonly context: FilterContext
  /** The live UI state as it is, and what it was before the run. */
  readonly state: LiveState
  readonly stateBefore: unknown
  /** Ends the run, because what it says is refused. */
  stop(): void
}

/**
 * P9: a run's events as people may see them: the words of its answer, and the thoughts that are shown, go through the filters while they
 * come. What a filter refuses is taken back, all that the step has said with it and all that the run has made of the live state, and its
 * sentence stands there instead; then the run ends as `limited`. A filter that fails ends it as failed.
 */
export async function* filterAnswer(
  source: AsyncIterable<readonly NewEvent[]>,
  filtering: AnswerFiltering,
): AsyncGenerator<readonly NewEvent[]> {
  const answer = new FilteredAnswer(filtering)
  for await (const batch of source) {
    const events: NewEvent[] = []
    for (const event of batch) await answer.take(event, events)
    if (events.length > 0) yield events
  }
}

class FilteredAnswer {
  readonly #filtering: AnswerFiltering
  /** The blocks that are open, each with its way through the filters. */
  readonly #open = new Map<number, readonly Stretch[]>()
  /** The blocks of words that this step has opened. */
  #shown: number[] = []
  #lastBlock = 0
  #state: Pick<LiveState, 'revision' | 'value'>
  /** Why nothing more is let through: a filter's sentence, or its failure. */
  #over: { readonly say: string; isSaid: boolean } | { readonly error: StreambedError } | undefined

  constructor(filtering: AnswerFiltering) {
    this.#filtering = filtering
    this.#state = filtering.state
  }

  async take(event: NewEvent, out: NewEvent[]): Promise<void> {
    if ('block' in event) this.#lastBlock = Math.max(this.#lastBlock, event.block)
    if (event.type === 'run-end') return this.#end(event, out)
    if (this.#over) {
      if (!isSaying(event) && !('say' in this.#over && isMaking(event))) out.push(event)
      return
    }
    switch (event.type) {
      case 'step-start':
        this.#shown = []
        break
      case 'text-start':
        this.#shown.push(event.block)
        break
      case 'text-delta':
      case 'reasoning-delta':
        return this.#words(event, out)
      case 'text-end':
      case 'reasoning-end':
        return this.#close(event, out)
      case 'text-retracted':
        this.#open.delete(event.block)
        break
      case 'state':
        this.#state = { revision: event.revision, value: applyPatch(this.#state.value, event.patch) }
        break
    }
    out.push(event)
  }

  async #words(event: Saying<'text-delta' | 'reasoning-delta'>, out: NewEvent[]): Promise<void> {
    let stretches = this.#open.get(event.block)
    if (!stretches) {
      const { filters, context } = this.#filtering
      stretches = filters.map((filter) => stretch(filter, context))
      this.#open.set(event.block, stretches)
    }
    const text = await this.#through(stretches, event.text, false, out)
    if (text !== '') out.push({ ...event, text })
  }

  async #close(event: Saying<'text-end' | 'reasoning-end'>, out: NewEvent[]): Promise<void> {
    const { run, block } = event
    const stretches = this.#open.get(block) ?? []
    this.#open.delete(block)
    const text = await this.#through(stretches, '', true, out)
    if (text !== '') out.push({ type: event.type === 'text-end' ? 'text-delta' : 'reasoning-delta', run, block, text })
    if (this.#over) return
    const notes = stretches.flatMap(({ note }) => note ?? [])
    const isChanged = event.type === 'reasoning-end' && notes.length > 0
    // A model takes its thoughts back unchanged or not at all.
    out.push(isChanged ? { type: event.type, run, block } : event, ...filterEvents(run, 'answer', notes))
  }

  async #through(stretches: readonly Stretch[], text: string, isLast: boolean, out: NewEvent[]): Promise<string> {
    let words = text
    try {
      for (const stretch of stretches) {
        words = await stretch.push(words)
        if (isLast) words += await stretch.end()
        if (stretch.note?.action === 'refused') {
          this.#refuse(stretch.note.say!, stretches, out)
          return ''
        }
      }
    } catch (thrown) {
      this.#over = { error: StreambedError.of(thrown) }
      this.#filtering.stop()
      return ''
    }
    return words
  }

  #refuse(say: string, stretches: readonly Stretch[], out: NewEvent[]): void {
    const { run, stop } = this.#filtering
    const [first, ...others] = this.#shown
    this.#over = { say, isSaid: first !== undefined }
    if (first !== undefined) out.push({ type: 'text-retracted', run, block: first, replacement: say })
    for (const block of others) out.push({ type: 'text-retracted', run, block, replacement: '' })
    this.#takeBackState(out)
    const notes = stretches.flatMap(({ note }) => note ?? [])
    out.push(...filterEvents(run, 'answer', notes))
    stop()
  }

  #takeBackState(out: NewEvent[]): void {
    const { run, stateBefore } = this.#filtering
    const { revision, value } = this.#state
    const patch = diff(value, stateBefore)
    if (patch.length > 0) out.push({ type: 'state', run, revision: revision + 1, patch, unit: run, by: 'agent' })
  }

  #end(end: NewEvent & { readonly type: 'run-end' }, out: NewEvent[]): void {
    const { run } = end
    if (!this.#over) out.push(end)
    else if ('error' in this.#over) out.push({ type: 'run-end', run, reason: 'failed', error: this.#over.error.body })
    else {
      if (!this.#over.isSaid) out.push(...sentence(run, this.#lastBlock + 1, this.#over.say))
      out.push({ type: 'run-end', run, reason: 'limited', detail: 'content-filter' })
    }
  }
}

/** The whole run of a message that a filter refused. */
export async function* refused(run: RunId, say: string): AsyncGenerator<readonly NewEvent[]> {
  yield [...sentence(run, 1, say), { type: 'run-end', run, reason: 'limited', detail: 'content-filter' }]
}

/** A sentence that stands in for an answer. */
export function sentence(run: RunId, block: number, text: string): NewEvent[] {
  return [
    { type: 'text-start', run, block },
    { type: 'text-delta', run, block, text },
    { type: 'text-end', run, block },
  ]
}

type SayingType = 'text-start' | 'text-delta' | 'text-end' | 'reasoning-start' | 'reasoning-delta' | 'reasoning-end'
type Saying<Type extends SayingType> = Extract<NewEvent, { type: Type }>

/** What makes something of the live state. */
function isMaking({ type }: NewEvent): boolean {
  return type === 'state' || type === 'output'
}

/** What says something, or belongs to what does. */
function isSaying({ type }: NewEvent): boolean {
  return type.startsWith('text-') || type.startsWith('reasoning-') || type === 'citation'
}
