/** A piece of a text: as it is, or a character that nobody would see. */
export interface Shown {
  readonly text: string
  /** The code point of what is invisible, such as `U+202E`. */
  readonly code: string | null
}

/**
 * Takes a text apart at characters that show nothing or change how others are shown: controls, joiners, marks of direction, blanks
 * that are no plain blank. So nobody allows what they could not read.
 */
export function withInvisible(text: string): readonly Shown[] {
  const pieces: Shown[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(INVISIBLE)) {
    if (index > from) pieces.push({ text: text.slice(from, index), code: null })
    const code = found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    pieces.push({ text: found, code: `U+${code}` })
    from = index + found.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), code: null })
  return pieces
}

/** Control and format characters but tab and line feed, separators but the plain blank, and all that is drawn as nothing. */
const INVISIBLE = /(?![\t\n ])[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu
