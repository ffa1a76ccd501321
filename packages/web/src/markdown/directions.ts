import type { Element, Nodes, Root } from 'hast'

type Direction = 'ltr' | 'rtl'

/** What has a direction of its own: a whole list or table, so that its bullets and columns go with its words. */
const BLOCKS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'table', 'th', 'td'])
/** What is no words of any language. */
const NO_WORDS = new Set(['code', 'pre'])
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/**
 * Lays out each block in the direction of its first letter, as `dir="auto"` would. That looks into no element which has a direction of
 * its own, so that a list would not go with its items.
 */
export function directions() {
  return (tree: Root): void => lay(tree, 'ltr')
}

function lay(node: Nodes, around: Direction): void {
  if (!('children' in node) || isNoWords(node)) return
  const own = node.type === 'element' && BLOCKS.has(node.tagName) ? (directionOf(node) ?? around) : around
  if (own !== around) (node as Element).properties['dir'] = own // only elements have one of their own
  for (const child of node.children) lay(child, own)
}

function directionOf(node: Nodes): Direction | null {
  const letter = firstLetter(node)
  if (letter === null) return null
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr'
}

function firstLetter(node: Nodes): string | null {
  if (node.type === 'text') return /\p{L}/u.exec(node.value)?.[0] ?? null
  if (!('children' in node) || isNoWords(node)) return null
  for (const child of node.children) {
    const letter = firstLetter(child)
    if (letter !== null) return letter
  }
  return null
}

function isNoWords(node: Nodes): boolean {
  return node.type === 'element' && NO_WORDS.has(node.tagName)
}
