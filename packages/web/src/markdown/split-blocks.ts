/**
 * A function that takes a growing text apart at the blank lines between its markdown blocks: paragraphs, lists, tables, fenced
 * code. Joined, the blocks are the text, with its line ends as `\n`. Called with a longer version of the same text, it looks only
 * at what its last block has become, so that an answer costs what it adds, not what it is.
 *
 * In doubt it does not part: several blocks in one are drawn as well, only all of them again.
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
  let isAfterBlank = false
  let block: OpenBlock | null = null
  for (const line of source.split(/(?<=\n)/)) {
    const isBlank = /^[ \t\n]*$/.test(line)
    if (!isBlank) {
      if (block && isAfterBlank && !goesOn(block, line)) {
        blocks.push(source.slice(start, end))
        start = end
        block = null
      }
      block = after(block ?? NEW, line, isAfterBlank)
    }
    isAfterBlank = isBlank
    end += line.length
  }
  return start < source.length ? [...blocks, source.slice(start)] : blocks
}

/** A block that may go on after a blank line. */
interface OpenBlock {
  /** There is a list in it, perhaps to its end. */
  readonly isList: boolean
  /** Its last line is indented like code, after which some parsers begin no list. */
  readonly isIndented: boolean
  /** The fence around the code that is open: nothing but its like closes it. */
  readonly fence: string | null
  /** What ends the HTML that is open: a comment, a script. */
  readonly htmlEnd: RegExp | null
  /** A line since the last blank one begins with a tag: it may all be HTML. */
  readonly mayBeHtml: boolean
  /** A fence stood where there may be HTML: nobody knows any more what is code. */
  readonly isUnsure: boolean
}

/** Also of a line that is still being written, and may become one. */
const LIST = /^ {0,3}(?:[-+*](?:\s|$)|\d{1,9}(?:[.)](?:\s|$)|$))/
/** HTML that blank lines do not end, and what does. */
const HTML: readonly (readonly [begin: RegExp, end: RegExp])[] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<![a-z]/i, />/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
]

/** A line that begins with a tag, in a list or a quotation as well. */
const TAG = /^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+)*<\/?[a-z]/i

const NEW: OpenBlock = {
  isList: false,
  isIndented: false,
  fence: null,
  htmlEnd: null,
  mayBeHtml: false,
  isUnsure: false,
}

function goesOn({ isList, isIndented, fence, htmlEnd, isUnsure }: OpenBlock, line: string): boolean {
  if (isUnsure || fence !== null || htmlEnd !== null || /^(?: {2}|\t| \t)/.test(line)) return true
  return (isList || isIndented) && LIST.test(line)
}

/** The block with one more of its lines. */
function after(before: OpenBlock, line: string, isAfterBlank: boolean): OpenBlock {
  const { fence, htmlEnd } = before
  const mayBeHtml = (before.mayBeHtml && !isAfterBlank) || TAG.test(line)
  const isList = before.isList || (fence === null && LIST.test(line))
  const block = { ...before, isList, isIndented: /^(?: {4}| {0,3}\t)/.test(line), mayBeHtml }
  if (htmlEnd) return htmlEnd.test(line) ? { ...block, htmlEnd: null } : block
  const mark = (isList ? /^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)/ : /^ {0,3}(`{3,}|~{3,})(.*)/).exec(
    line,
  )
  if (fence) {
    const isEnd = mark && mark[1]!.startsWith(fence) && mark[2]!.trim() === ''
    return isEnd ? { ...block, fence: null } : block
  }
  if (mark && mayBeHtml) return { ...block, isUnsure: true }
  if (mark && !(mark[1]!.startsWith('`') && mark[2]!.includes('`'))) return { ...block, fence: mark[1]! }
  const [, end] = HTML.find(([begin]) => begin.test(line)) ?? []
  return end && !end.test(line) ? { ...block, htmlEnd: end } : block
}

function reachesOver(source: string, from: number): boolean {
  return /^ {0,3}\[[^\]\n]+\]:/m.test(source.slice(from))
}
