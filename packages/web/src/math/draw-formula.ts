import { createElement, type ReactNode } from 'react'
import temml, { type MathNode } from 'temml'
import { LONGEST_FORMULA } from './marks.ts'

/** How much a formula may make of itself: what its macros become, how large its spaces are (em, pt), how many elements it has. */
const MOST_EXPANSIONS = 200
const LARGEST: [number, number] = [20, 300]
const MOST_ELEMENTS = 4_000

/**
 * A formula in TeX as MathML. What it is made of comes from lists, as a model has written it: no link, no picture, no id, no address in
 * a style.
 *
 * @throws Error when it is none, or has no end.
 */
export function drawFormula(source: string, isDisplay: boolean): ReactNode {
  if (source.length > LONGEST_FORMULA) throw new RangeError('The formula is too long.')
  const tree = temml.__renderToMathMLTree(source, {
    displayMode: isDisplay,
    wrap: isDisplay ? 'none' : 'tex', // may break where a line of words would
    throwOnError: true,
    trust: false,
    maxExpand: MOST_EXPANSIONS,
    maxSize: LARGEST,
  })
  let elements = 0

  function drawn(node: MathNode, key: number, more: object = {}): ReactNode {
    if (node.text !== undefined) return node.text
    const { type = '', attributes = {}, style = {}, classes = [], children = [] } = node
    if (++elements > MOST_ELEMENTS) throw new RangeError('The formula is too large.')
    const inside = children.map((child, nth) => drawn(child, nth))
    if (type === '') return inside
    if (!ELEMENTS.has(type)) return null
    const className = classes.join(' ')
    const props = { key, ...allowed(attributes), style: allowedStyle(style), ...(className && { className }), ...more }
    return createElement(type, props, ...inside)
  }

  return drawn(tree, 0, { alttext: source })
}

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))

const ELEMENTS = words(`
  math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle
  msub msubsup msup mtable mtd mtext mtr munder munderover none
`)

const ATTRIBUTES = words(`
  accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle fence form height
  largeop linethickness lspace mathbackground mathcolor mathvariant maxsize minsize movablelimits notation rowlines
  rowspacing rspace scriptlevel separator stretchy symmetric voffset width
`)

const STYLES = words(`
  border borderBottom borderLeft borderRight borderTop bottom color display fontWeight height left marginLeft
  marginRight mathDepth padding paddingBottom paddingLeft paddingRight paddingTop position right textAlign top
  transform width
`)

function allowed(attributes: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => ATTRIBUTES.has(name)))
}

/** A length, a colour, a word: whatever has an address in it is none of these. */
function allowedStyle(style: Readonly<Record<string, string>>): object {
  const isPlain = ([name, value]: [string, string]) => STYLES.has(name) && /^(?!.*url)[\w\s#.,%()+-]*$/.test(value)
  return Object.fromEntries(Object.entries(style).filter(isPlain))
}
