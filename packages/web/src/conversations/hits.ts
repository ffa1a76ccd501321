/** A piece of a search result: plain words, or a hit. */
export interface Piece {
  readonly text: string
  readonly hit: boolean
}

/**
 * Takes a snippet apart at the server's marks `⟦` and `⟧`. A mark without its partner counts as open to the end, or
 * as nothing.
 */
export function hitsOf(snippet: string): readonly Piece[] {
  const pieces: Piece[] = []
  let hit = false
  for (const part of snippet.split(/([⟦⟧])/)) {
    if (part === '⟦') hit = true
    else if (part === '⟧') hit = false
    else if (part !== '') pieces.push({ text: part, hit })
  }
  return pieces
}
