/** A piece of a Markdown document, short enough to be read whole. */
export interface Passage {
  /** The headings above it, the document's own first. */
  readonly heading: string
  /** Where a link to it goes: the heading's anchor as GitHub makes it, empty at the document's beginning. */
  readonly anchor: string
  readonly text: string
}

const MAX_PASSAGE = 2_000

/** Splits a Markdown document at its headings, and long sections at their paragraphs. */
export function passagesOf(markdown: string): Passage[] {
  const passages: Passage[] = []
  const anchors = new Map<string, number>()
  const trail: string[] = []
  let anchor = ''
  let lines: string[] = []
  const endSection = () => {
    for (const text of pieces(lines.join('\n').trim())) passages.push({ heading: heading(trail), anchor, text })
    lines = []
  }

  let fence: string | undefined
  for (const line of markdown.split(/\r?\n/)) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined
    } else if (mark) fence = mark
    const [, level, title] = (fence === undefined && /^(#{1,6})\s+(.+?)\s*#*$/.exec(line)) || []
    if (level && title) {
      endSection()
      trail.splice(level.length - 1, Infinity, title)
      anchor = anchorOf(title, anchors)
    } else lines.push(line)
  }
  endSection()
  return passages
}

/** A trail may have gaps where a document skips a level. */
function heading(trail: readonly string[]): string {
  return trail.filter(Boolean).join(' › ')
}

function anchorOf(title: string, taken: Map<string, number>): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
  const times = taken.get(slug) ?? 0
  taken.set(slug, times + 1)
  return times === 0 ? slug : `${slug}-${times}`
}

function pieces(text: string): string[] {
  const found: string[] = []
  let piece = ''
  for (const paragraph of text.split(/\n{2,}/)) {
    if (piece !== '' && piece.length + paragraph.length > MAX_PASSAGE) {
      found.push(piece)
      piece = ''
    }
    piece = piece === '' ? paragraph : `${piece}\n\n${paragraph}`
    for (; piece.length > MAX_PASSAGE; piece = piece.slice(MAX_PASSAGE)) found.push(piece.slice(0, MAX_PASSAGE))
  }
  return [...found, piece].filter((one) => one.trim() !== '')
}
