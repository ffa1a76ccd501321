import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Element, Root } from 'hast'
import { directions } from './directions.ts'

test('what begins in Hebrew or Arabic runs from right to left, with its list and its table', () => {
  assert.deepEqual(drawn(element('p', '1. שלום, world')), { p: 'rtl' })
  assert.deepEqual(drawn(element('h2', 'مرحبا')), { h2: 'rtl' })
  assert.deepEqual(drawn(element('ul', element('li', 'שלום'), element('li', 'לחם'))), { ul: 'rtl' })
  assert.deepEqual(drawn(element('table', element('td', 'שלום'), element('td', 'Oslo'))), {
    table: 'rtl',
    'td Oslo': 'ltr',
  })
})

test('what begins in other letters is as it was, also in the midst of the other', () => {
  assert.deepEqual(drawn(element('p', 'Hello שלום')), {})
  assert.deepEqual(drawn(element('p', '12 + 3')), {})
  const quote = element('blockquote', element('p', 'שלום'), element('p', 'Hello'), element('p', '42'))
  assert.deepEqual(drawn(quote), { blockquote: 'rtl', 'p Hello': 'ltr' })
})

test('code and formulas say nothing of the words around them', () => {
  assert.deepEqual(drawn(element('p', element('code', 'npm install'), ' שלום')), { p: 'rtl' })
  assert.deepEqual(drawn(element('pre', element('code', '// שלום'))), {})
})

/** The direction of each element that has one, by its name, or its name and words where it is not the first. */
function drawn(tree: Element): Record<string, unknown> {
  const root: Root = { type: 'root', children: [tree] }
  directions()(root)
  const found: Record<string, unknown> = {}
  const visit = (element: Element, isFirst: boolean) => {
    const [word] = element.children
    const name = isFirst || word?.type !== 'text' ? element.tagName : `${element.tagName} ${word.value}`
    if (element.properties['dir'] !== undefined) found[name] = element.properties['dir']
    for (const child of element.children) if (child.type === 'element') visit(child, false)
  }
  visit(tree, true)
  return found
}

function element(tagName: string, ...children: readonly (string | Element)[]): Element {
  const inner = children.map((child) => (typeof child === 'string' ? { type: 'text' as const, value: child } : child))
  return { type: 'element', tagName, properties: {}, children: inner }
}
