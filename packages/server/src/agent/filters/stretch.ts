import { count, type Filter, type FilterContext, inOrder, isRefusal, verdictOf } from './filter.ts'
import type { Note } from './whole.ts'

/** Words on their way through one filter. */
export interface Stretch {
  /** Takes more words. Returns those that may go on, changed where they must be. */
  push(text: string): Promise<string>
  /** The words that were held back, now that no more come. */
  end(): Promise<string>
  /** What the filter did, if it did anything. From a refusal on nothing goes through. */
  readonly note: Note | undefined
}

/** What stood before is shown to the filter too, so that it does not take the rest of something for something else. In characters. */
const BEFORE = 256

/**
 * Shows words to a filter while they come: holds back what it might still change, at most its window, and lets the rest go on. Whatever
 * pieces they come in, what comes out is the same, as long as what is found is no longer than the window.
 */
export function stretch(filter: Filter, context: FilterContext): Stretch {
  const found: Record<string, number> = {}
  let before = ''
  let held = ''
  let refusal: string | undefined

  return {
    async push(text) {
      if (refusal !== undefined) return ''
      held += text
      const settled = filter.settled(before + held) - before.length
      return release(Math.max(Math.min(settled, held.length), held.length - filter.window), false)
    },
    end: async () => (refusal === undefined ? release(held.length, true) : ''),
    get note(): Note | undefined {
      if (refusal !== undefined) return { filter: filter.name, action: 'refused', found, say: refusal }
      return Object.keys(found).length === 0 ? undefined : { filter: filter.name, action: 'changed', found }
    },
  }

  async function release(wanted: number, isLast: boolean): Promise<string> {
    if (wanted <= 0) return ''
    const verdict = await verdictOf(filter, before + held, context)
    if (isRefusal(verdict)) {
      refusal = verdict.refuse
      if (verdict.kind !== undefined) count(found, verdict.kind)
      return ''
    }
    let to = wanted
    let out = ''
    let end = 0
    for (const finding of inOrder(verdict, before.length + held.length)) {
      const from = Math.max(0, finding.from - before.length)
      const until = finding.to - before.length
      if (until <= 0 || from >= to) continue
      if (until > to && !isLast && held.length - from < filter.window) {
        to = from // it may still grow
        break
      }
      to = Math.max(to, until)
      out += held.slice(end, from) + finding.replacement
      end = until
      count(found, finding.kind)
    }
    if (isHighHalf(held[to - 1]) && !isLast && to > end) to--
    out += held.slice(end, to)
    before = (before + held.slice(0, to)).slice(-BEFORE)
    held = held.slice(to)
    return out
  }
}

function isHighHalf(character: string | undefined): boolean {
  return character !== undefined && character >= '\ud800' && character <= '\udbff'
}
