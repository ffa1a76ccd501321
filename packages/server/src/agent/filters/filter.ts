import { type ConversationId, type FilterPlace, type Owner, StreambedError } from '@streambed/protocol'

/**
 * Looks at what people, tools and models say before it goes on: at a user's message and at tools' results before a model sees them, at an
 * answer's words before people do. It lets them pass, changes them, or refuses them with a sentence.
 */
export interface Filter {
  /** What the log and the audit call it: lower-case letters, digits and dashes. */
  readonly name: string
  readonly on: readonly FilterPlace[]
  /**
   * The longest stretch of an answer that it must see at once, in characters: as many are held back at most while an answer streams.
   * What is longer is found only as far as it fits.
   */
  readonly window: number
  /**
   * Says what there is in a text. Messages and results come whole. An answer comes in stretches that grow, each with what stands
   * before it: what is found must follow from the text alone, and be found again in a longer one. Five seconds are its time; when they
   * are up, and when it throws, what it should have looked at does not go on.
   */
  check(text: string, context: FilterContext): Verdict | Promise<Verdict>
  /**
   * Up to where no later text can change what is found, for a stretch of an answer: from there on it is held back. The better it
   * knows, the sooner people see the words.
   */
  settled(text: string): number
}

export interface FilterContext {
  readonly on: FilterPlace
  readonly owner: Owner
  /** Undefined for the message that begins one. */
  readonly conversation: ConversationId | undefined
  readonly agent: string
}

/** Nothing found: it passes. */
export type Verdict = readonly Finding[] | Refusal

/** What stands at `from` up to `to`, and is replaced. Findings do not overlap. */
export interface Finding {
  readonly from: number
  readonly to: number
  /** For the log and the audit: `card`. Never what was found. */
  readonly kind: string
  readonly replacement: string
}

/** All of it is held back or taken back; people read the sentence instead. */
export interface Refusal {
  readonly refuse: string
  readonly kind?: string
}

interface FilterDefinition extends Pick<Filter, 'name' | 'check'> {
  /** Messages and answers where left out. */
  readonly on?: Filter['on']
  /** 500 where left out, 16,384 at most. */
  readonly window?: number
  /** All but the last `window` characters where left out. */
  settled?(text: string): number
}

const MAX_WINDOW = 16_384

/** Defines a filter. Throws when its name or window cannot be used. */
export function defineFilter({ name, on = ['message', 'answer'], window = 500, ...rest }: FilterDefinition): Filter {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
    throw new TypeError(`filter name ${JSON.stringify(name)}: use lower-case letters, digits and dashes`)
  if (!Number.isInteger(window) || window < 1 || window > MAX_WINDOW)
    throw new TypeError(`filter ${name}: its window must be a whole number from 1 to ${MAX_WINDOW}`)
  return { name, on, window, settled: (text) => text.length - window, ...rest }
}

export function isRefusal(verdict: Verdict): verdict is Refusal {
  return 'refuse' in verdict
}

const PATIENCE_MS = 5_000

/** A filter's verdict, in its time. @throws StreambedError `filter-failed` */
export async function verdictOf(filter: Filter, text: string, context: FilterContext): Promise<Verdict> {
  try {
    const verdict = filter.check(text, context)
    if (!(verdict instanceof Promise)) return verdict
    const { promise: late, reject } = Promise.withResolvers<never>()
    const signal = AbortSignal.timeout(PATIENCE_MS)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    return await Promise.race([verdict, late])
  } catch (cause) {
    throw new StreambedError('filter-failed', `It is the filter "${filter.name}".`, { cause })
  }
}

/** Findings in order, without what overlaps or lies outside. */
export function inOrder(findings: readonly Finding[], length: number): readonly Finding[] {
  let end = 0
  return findings
    .filter(({ from, to }) => from >= 0 && from < to && to <= length)
    .toSorted((a, b) => a.from - b.from || b.to - a.to)
    .filter(({ from, to }) => {
      const isClear = from >= end
      if (isClear) end = to
      return isClear
    })
}

/** Counts findings by their kind. */
export function count(found: Record<string, number>, kind: string): void {
  found[kind] = (found[kind] ?? 0) + 1
}
