/**
 * Text without what people do not see and models do: tags, zero-width characters, variation selectors, directions, control characters.
 * Words can hide in all of them.
 */
export function visible(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, '')
}

const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu
