import type { SearchText } from '../rules.ts'
import { HIT, plain, WORD } from '../words.ts'

export interface Match {
  readonly score: number
  readonly snippet: string
}

/** The text that matches best: it has every word, and one that begins like the last. A title counts ten times. */
export function bestMatch(texts: readonly SearchText[], words: readonly string[]): Match | undefined {
  return texts
    .flatMap((text) => matchOf(text, words.map(plain)))
    .reduce<Match | undefined>((best, match) => (best && best.score >= match.score ? best : match), undefined)
}

function matchOf({ kind, text }: SearchText, words: readonly string[]): readonly Match[] {
  if (words.length === 0) return []
  const tokens = [...text.matchAll(WORD)].map((token) => ({
    start: token.index,
    end: token.index + token[0].length,
    word: plain(token[0]),
  }))
  const isHit = (token: string, i: number): boolean =>
    i === words.length - 1 ? token.startsWith(words[i]!) : token === words[i]
  if (!words.every((_, i) => tokens.some(({ word }) => isHit(word, i)))) return []
  const hits = tokens.filter(({ word }) => words.some((_, i) => isHit(word, i)))
  const score = (hits.length / tokens.length) * (kind === 'title' ? 10 : 1)
  return [{ score, snippet: snippetOf(text, hits) }]
}

function snippetOf(text: string, hits: readonly { start: number; end: number }[]): string {
  const from = Math.max(0, hits[0]!.start - 40)
  const to = Math.min(text.length, hits[0]!.start + 120)
  let at = from
  let snippet = from > 0 ? '…' : ''
  for (const { start, end } of hits.filter((hit) => hit.end <= to)) {
    snippet += `${text.slice(at, start)}${HIT[0]}${text.slice(start, end)}${HIT[1]}`
    at = end
  }
  return `${snippet}${text.slice(at, to)}${to < text.length ? '…' : ''}`.toWellFormed()
}
