/** What opens a formula. */
export type Mark = '$' | '$$' | '\\(' | '\\['

/** What closes it. */
export const CLOSING: Readonly<Record<Mark, string>> = { $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' }

/** In characters; longer than any formula that somebody wants to read. */
export const LONGEST_FORMULA = 4_000

export interface Parts {
  readonly mark: Mark
  /** What stands between the marks; null while the second one is missing. */
  readonly content: string | null
  /** What follows the second mark. */
  readonly rest: string
}

/** A text that begins with a mark, taken apart where its formula ends. */
export function partsOf(source: string): Parts {
  const mark = (['$$', '\\(', '\\['] as const).find((mark) => source.startsWith(mark)) ?? '$'
  const closing = CLOSING[mark]
  for (let at = mark.length; at < source.length; at += source[at] === '\\' ? 2 : 1)
    if (source.startsWith(closing, at))
      return { mark, content: source.slice(mark.length, at), rest: source.slice(at + closing.length) }
  return { mark, content: null, rest: '' }
}

/**
 * Whether what stands between two marks is meant as a formula. Dollars are money as well, and brackets are escaped to be brackets: what
 * begins with an amount and goes on with a word, and what is nothing but words, stays as it was written.
 */
export function readsAsFormula(mark: Mark, content: string): boolean {
  const trimmed = content.trim()
  if (trimmed === '') return false
  if (mark === '$' && trimmed !== content) return false
  if (mark === '$$' || SIGNS.test(trimmed)) return mark !== '$' || !isAmount(trimmed) || trimmed.includes('\\')
  const words = wordsIn(trimmed)
  if (mark === '\\[') return words === 0 && /[a-z]/i.test(trimmed) // a footnote's number, perhaps
  return words < 2 && !isAmount(trimmed)
}

/** Whether a line that opens a formula without closing it is the beginning of one. */
export function opensFormula(rest: string): boolean {
  return rest.trim() === '' || SIGNS.test(rest)
}

/** What hardly stands in prose. */
const SIGNS = /[\\^_={}<>+&|]/

function isAmount(content: string): boolean {
  return /^[\d.,]+/.test(content) && wordsIn(content) > 0
}

function wordsIn(content: string): number {
  return content.split(/[\s,;:]+/).filter((word) => /^\(?\p{L}{2,}[).]?$/u.test(word)).length
}
