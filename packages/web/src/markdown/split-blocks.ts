import { Lexer } from 'marked'

/**
 * A function that takes a growing text apart into markdown blocks: paragraphs, lists, tables, fenced code. Joined,
 * the blocks are
 * the text, with its line ends as `\n`. Called with a longer version of the same text, it looks only at what its last
 * block has
 * become, so that an answer costs what it adds, not what it is.
 */
export function blockSplitter(): (text: string) => readonly string[] {
  let settled: readonly string[] = []
  let settledText = ''
  let whole: string | null = null

  return (text) => {
    const source = text.replace(/\r\n?/g, '\n')
    if (!source.startsWith(settledText)) {
      settled = []
      settledText = ''
      whole = null
    }
    // A definition or a footnote reaches over blocks: then they cannot be drawn one by one.
    if (whole !== null && source.startsWith(whole)) return [(whole = source)]
    if (reachesOver(source, settledText.length)) return [(whole = source)]

    const open = split(source.slice(settledText.length))
    const blocks = [...settled, ...open]
    settled = blocks.slice(0, -1)
    settledText = settled.join('')
    return blocks
  }
}

/** The blocks of a text that does not grow. */
export function splitBlocks(text: string): readonly string[] {
  return blockSplitter()(text)
}

/** Blank lines belong to the block before them, or to the first one. */
function split(source: string): string[] {
  const blocks: string[] = []
  let start = 0
  let end = 0
  for (const token of new Lexer().blockTokens(source, [])) {
    const isBlank = token.type === 'space'
    if (!isBlank && source.slice(start, end).trim() !== '') {
      blocks.push(source.slice(start, end))
      start = end
    }
    // The lexer rewrites some white space. Where more than that differs, its places cannot be trusted: the rest is
    // one block.
    if (source.slice(end, end + token.raw.length).trim() !== token.raw.trim()) break
    end += token.raw.length
  }
  return start < source.length ? [...blocks, source.slice(start)] : blocks
}

function reachesOver(source: string, from: number): boolean {
  return /^ {0,3}\[[^\]\n]+\]:/m.test(source.slice(from))
}
