import { partsOf, readsAsFormula } from '../math/marks.ts'

/**
 * The last block of an answer that is still being written, as it will most likely turn out: a link whose address has not arrived
 * shows as its words, emphasis and code that are still open are closed, and a formula is the text that it is written as until it is
 * whole. Without this, marks would flicker by.
 */
export function settle(block: string): string {
  if (/^ {0,3}(```|~~~)/m.test(block)) return withoutOpenFormula(block)
  const formulas: string[] = []
  const words = block.replace(SPANS, (span, _, at: number) => {
    if (!/^(?:\$|\\[([])/.test(span)) return span // code, or what is escaped
    const { mark, content } = partsOf(span)
    const isOpen = content === null && at + span.length === block.length
    if (!isOpen && (content === null || !readsAsFormula(mark, content))) return span
    formulas.push(isOpen ? literal(span) : span)
    return HELD
  })
  const link = words.replace(/!?\[([^\][]*)\]\([^)\s[]*$/, '$1').replace(/!?\[([^\][]{0,200})$/, '$1')
  return closeEmphasis(closeCode(link)).replaceAll(HELD, () => formulas.shift() ?? '')
}

function literal(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Stands for a formula while the words around it are settled: a character that nobody writes. */
const HELD = '\uf8ff'

/** What keeps its marks: code, formulas, of which the last one may be open, and what is escaped. None but code reaches over blank lines. */
const SPANS = new RegExp(
  [
    /(?<!(?<!\\)`)(`+)(?!`)[\s\S]*?[^`]\1(?!`)/,
    /\\\((?:[^\\\n]|\n(?!\s*\n)|\\[^()])*(?:\\\)|\\?$)/,
    /\\\[(?:[^\\\n]|\n(?!\s*\n)|\\[^[\]])*(?:\\\]|\\?$)/,
    /\$\$(?:[^\\\n$]|\n(?!\s*\n)|\\[\s\S]|\$(?!\$))*(?:\$\$|\\?$)/,
    /\$(?=[^\s$])(?:[^\\\n$]|\\[^\n])*\$/,
    /\\[\s\S]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

const FENCE = /^ {0,3}(?:`{3,}|~{3,})(.*)$/gm

/** While its fence is open a formula is code: drawn, it would be another one with each letter. */
function withoutOpenFormula(block: string): string {
  const fences = [...block.matchAll(FENCE)]
  const last = fences.at(-1)
  if (!last || fences.length % 2 === 0 || last[1]!.trim() !== 'math') return block
  const end = last.index + last[0].length
  return `${block.slice(0, end).replace(/math\s*$/, 'tex')}${block.slice(end)}`
}

/** Closes a code span that is open at the end. */
function closeCode(block: string): string {
  const paragraph = lastParagraph(block)
  const runs = paragraph.match(/`+/g) ?? []
  let open: string | null = null
  for (const run of runs) {
    if (open === null) open = run
    else if (run === open) open = null
  }
  if (open === null) return block
  return block.endsWith(open) ? block.slice(0, -open.length) : block + open
}

/** Closes bold and struck text that is open at the end; a lone mark at the very end waits unseen for its word. */
function closeEmphasis(block: string): string {
  const words = lastParagraph(block).replace(/(`+)[^`]*?\1/g, '')
  let settled = block
  for (const mark of ['**', '~~', '__']) {
    if (words.split(mark).length % 2 === 1) continue
    settled = settled.endsWith(mark) ? settled.slice(0, -mark.length) : settled.trimEnd() + mark
  }
  return settled
}

function lastParagraph(block: string): string {
  return block.slice(block.trimEnd().lastIndexOf('\n\n') + 1)
}
