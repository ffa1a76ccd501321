/** Texts shorter than this may lie in pieces; of longer ones a sixteenth may. */
const LOOSE = 128

/**
 * `text + piece`, for a text that grows by many small pieces before anybody reads it. JavaScript engines keep what `+` makes as a
 * tree of its pieces, which for an answer's tokens is ten times the text; this puts the tree together now and then. Costs no
 * more than a few copies of the text in all.
 */
export function grown(text: string, piece: string): string {
  const length = text.length + piece.length
  const step = Math.max(LOOSE, 1 << (27 - Math.clz32(length))) // a power of two, at most a sixteenth of the length
  return Math.floor(text.length / step) === Math.floor(length / step) ? text + piece : [text, piece].join('')
}
