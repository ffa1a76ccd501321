/** Opens and closes a hit in a snippet. */
export const HIT = ['⟦', '⟧'] as const

/**
 * The words of a query, at most 16 of at most 64 characters: everything else in it means nothing to a search. The last
 * one may be the beginning of a word.
 */
export function wordsOf(query: string): readonly string[] {
  return Array.from(query.toWellFormed().matchAll(WORD), ([word]) => word.slice(0, 64).toWellFormed()).slice(0, 16)
}

/** A text as a search sees it: lower case, without accents. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

/** Letters, digits, and the accents between them. */
export const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu
