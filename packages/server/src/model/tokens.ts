/**
 * About how many tokens a text is, for limits and for the usage of a call that was cut before Bedrock counted it.
 * English comes out a few per cent high; scripts without spaces count by the character.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  let word = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isLetter(code)) word++
    else {
      tokens += tokensOfWord(word)
      word = 0
      // A space belongs to the word after it; half a surrogate pair is half a character.
      if (code >= 0xd800 && code < 0xe000) tokens += 1
      else if (code !== 32) tokens += code >= 0x3000 ? 1 : 0.5
    }
  }
  return Math.ceil(tokens + tokensOfWord(word))
}

function tokensOfWord(letters: number): number {
  return letters === 0 ? 0 : Math.max(1, letters / 4.5)
}

/** Latin, Greek, Cyrillic and their neighbours come in words; digits are counted with them. */
function isLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    (code >= 0xc0 && code < 0x1100)
  )
}
