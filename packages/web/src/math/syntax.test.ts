import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InlineCode, Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { formulaFromMarkdown } from './math.ts'
import { formulaSyntax } from './syntax.ts'

/** The formulas of a text: those of a block by themselves, those among words after what draws them. */
function formulasIn(text: string): string[] {
  const found: string[] = []
  const look = (node: Nodes) => {
    if (node.type === 'code' && node.lang === 'math') found.push(node.value)
    const className = node.type === 'inlineCode' && node.data?.hProperties?.['className']
    if (className) found.push(`${className}: ${(node as InlineCode).value}`)
    if ('children' in node) for (const child of node.children) look(child)
  }
  look(fromMarkdown(text, { extensions: [formulaSyntax()], mdastExtensions: [formulaFromMarkdown()] }))
  return found
}

test('finds formulas among words and by themselves', () => {
  const cases: readonly (readonly [text: string, ...formulas: string[]])[] = [
    ['The energy is $E = mc^2$, they say.', 'math-inline: E = mc^2'],
    ['Both \\(a_1\\) and f\\(x\\)', 'math-inline: a_1', 'math-inline: x'],
    ['$x$', 'math-inline: x'],
    ['$5$ and $3x + 2$ and $0 \\text{ km}$', 'math-inline: 5', 'math-inline: 3x + 2', 'math-inline: 0 \\text{ km}'],
    ['In $[0, 1)$ *and* $(a * b * c)$', 'math-inline: [0, 1)', 'math-inline: (a * b * c)'],
    ['A price in $\\$5$', 'math-inline: \\$5'],
    ['An \\(aside and \\(x\\)', 'math-inline: x'],
    ['Text $$x$$ text', 'math-display: x'],
    ['It is \\[ x = 1 \\] then', 'math-display:  x = 1 '],
    ['$$\nx = 1\n$$', '\nx = 1\n'],
    ['$$x = 1$$', 'x = 1'],
    ['\\[\nx = 1\n\\]', '\nx = 1\n'],
    ['So\n$$\na\n- b\n= c\n# d\n$$\nand', '\na\n- b\n= c\n# d\n'],
    ['$$\\begin{aligned}\na &= b \\\\[2pt]\n\\end{aligned}$$', '\\begin{aligned}\na &= b \\\\[2pt]\n\\end{aligned}'],
    ['1. One:\n   $$\n   x\n   $$\n2. Two', '\nx\n'],
    ['> \\[\n> x\n> \\]\n\nafter', '\nx\n'],
    ['| $x^2$ |', 'math-inline: x^2'],
    ['$$\nx\n$$,\nwhere', '\nx\n'],
    ['```math\nx\n```', 'x'],
    ['$$ \\text{if $x$} $$', ' \\text{if $x$} '],
  ]
  assert.deepEqual(
    cases.map(([text]) => [text, ...formulasIn(text)]),
    cases,
  )
})

test('leaves money, shells, code and escaped brackets alone', () => {
  const texts = [
    '$5 and $10',
    'US$5 to A$10 or 20$',
    '$5 and 10$',
    'It costs $1,000 (about 900$).',
    'between $5 million and $6 million$',
    'pay $x dollars and y$',
    '$HOME/bin and $PATH',
    'a $ b $ c',
    '$x',
    '$x\ny$',
    '\\$x$',
    '`$x$` and `\\(x\\)`',
    '```\n$$\nx\n$$\n```',
    '    $$\n    x\n    $$',
    '\\[1\\] and \\[citation needed\\] and \\[x] done',
    '\\[see the docs\\]',
    '\\(an aside, in brackets\\)',
    '\\\\(x\\\\)',
    '$$',
    '$$$ x $$$',
    '$$\nx\n\ny\n$$',
    '\\[\nx',
  ]
  assert.deepEqual(
    texts.map((text) => [text, ...formulasIn(text)]),
    texts.map((text) => [text]),
  )
})

test('a formula that never ends is the text that was written', () => {
  const tree = fromMarkdown('So\n$$\na *b*\n- c\n\nAnd *more*', {
    extensions: [formulaSyntax()],
    mdastExtensions: [formulaFromMarkdown()],
  })
  const plain = JSON.parse(JSON.stringify(tree.children, (key, value) => (key === 'position' ? undefined : value)))
  assert.deepEqual(plain, [
    { type: 'paragraph', children: [{ type: 'text', value: 'So' }] },
    { type: 'paragraph', children: [{ type: 'text', value: '$$\na *b*\n- c' }] },
    {
      type: 'paragraph',
      children: [
        { type: 'text', value: 'And ' },
        { type: 'emphasis', children: [{ type: 'text', value: 'more' }] },
      ],
    },
  ])
})

test('a text full of marks is read in no time', () => {
  for (const mark of ['\\(two words ', '\\[two words ', '$a ', '$$a ', '\\(', '$', '$$', '\\[ x = ']) {
    const began = performance.now()
    formulasIn(mark.repeat(40_000))
    assert.ok(performance.now() - began < 10_000, mark)
  }
})
