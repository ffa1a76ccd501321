/**
 * The last block of an answer that is still being written, as it will most likely turn out: a link whose address has
 * not arrived
 * shows as its words, emphasis and code that are still open are closed. Without this, marks would flicker by.
 */
export function settle(block: string): string {
  if (/^ {0,3}(```|~~~)/m.test(block)) return block
  const link = block.replace(/!?\[([^\][]*)\]\([^)\s]*$/, '$1').replace(/!?\[([^\][]{0,200})$/, '$1')
  return closeEmphasis(closeCode(link))
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
