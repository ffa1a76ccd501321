import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { drawFormula } from './draw-formula.ts'

const draw = (source: string, isDisplay = false) => renderToStaticMarkup(drawFormula(source, isDisplay))

test('draws TeX as MathML that says what it was made of', () => {
  assert.equal(draw('\\frac{a}{b}'), '<math alttext="\\frac{a}{b}"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>')
  assert.equal(
    draw('\\textcolor{#123456}{x}', true),
    '<math display="block" style="display:block math" class="tml-display" alttext="\\textcolor{#123456}{x}"><mrow><mi style="color:#123456">x</mi></mrow></math>',
  )
})

test('throws for what is no formula', () => {
  for (const source of ['\\frac{a', '}', '\\nothing', 'a & b', '\\begin{array}', '^^', '\\left( x', 'x'.repeat(4_001)])
    assert.throws(() => draw(source), source)
})

// S20: what TeX has for addresses, files and markup
test('what leads elsewhere, or names something of the page, is not drawn', () => {
  const url = 'https://evil.example/p.png'
  for (const source of [
    `\\href{${url}}{x}`,
    `\\url{${url}}`,
    `\\includegraphics[height=1em]{${url}}`,
    '\\style{background:url(https://evil.example)}{x}',
    '\\class{hidden}{x}',
    '\\id{app}{x}',
    '\\data{a=b}{x}',
    `\\htmlStyle{background:url(${url})}{x}`,
  ])
    assert.throws(() => draw(source), source)
  const named = draw('x \\tag{1}\\label{app} \\ref{app} \\color{red} y \\llap{z}', true)
  assert.doesNotMatch(named, /<a |href|src|id=|url\(/)
})

test('macros end, and spaces are as large as a page', () => {
  assert.throws(() => draw('\\def\\a{\\a\\a}\\a'))
  assert.throws(() =>
    draw(
      '\\def\\a{xxxxxxxxxx}\\def\\b{\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a}\\def\\c{\\b\\b\\b\\b\\b\\b\\b\\b\\b\\b}\\c\\c\\c\\c\\c',
    ),
  )
  assert.throws(() => draw(`${'{'.repeat(1_990)}x${'}'.repeat(1_990)}\\frac`))
  assert.match(draw('\\rule{9000em}{9000em}'), /width="20em" height="20em"/)
  draw('x') // macros of one formula are not those of the next
  assert.throws(() => draw('\\c'))
})

const piece = fc.constantFrom(
  ...'\\frac \\sqrt \\left( \\right) \\begin{matrix} \\end{matrix} \\begin{align} \\end{align} \\def\\a \\a \\text{ \\color{red}'.split(
    ' ',
  ),
  ..."{ } { } ^ _ & \\\\ x 1 + = | \\hline \\sum \\int \\over \\href{javascript:x} \\kern-9em \\raisebox{9em} % # ~ ' é 🙂".split(
    ' ',
  ),
)

test('whatever is written, it is drawn from the lists in no time or refused', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, isDisplay) => {
      const began = performance.now()
      let html = ''
      try {
        html = draw(pieces.join(' '), isDisplay)
      } catch {
        // refused
      }
      assert.ok(performance.now() - began < 10_000)
      for (const [, name] of html.matchAll(/<\/?([^\s/>]+)/g)) assert.match(name!, /^m[a-z]+$|^none$/)
      for (const [, name] of html.matchAll(/\s([a-z-]+)="/g))
        assert.doesNotMatch(name!, /^(?:on.*|href|src|id|data-.*)$/)
    }),
    { numRuns: 600 },
  )
})
