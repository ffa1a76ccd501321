import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allowedLink, imageHost } from './policy.ts'

test('lets whole web and mail addresses be links, and shows where they lead', () => {
  assert.deepEqual(allowedLink('https://docs.aws.amazon.com/bedrock?a=b#c'), {
    href: 'https://docs.aws.amazon.com/bedrock?a=b#c',
    target: 'docs.aws.amazon.com',
  })
  assert.deepEqual(allowedLink('HTTP://localhost:4000/x'), {
    href: 'http://localhost:4000/x',
    target: 'localhost:4000',
  })
  assert.deepEqual(allowedLink('mailto:someone@example.com'), {
    href: 'mailto:someone@example.com',
    target: 'someone@example.com',
  })
})

// S19: what has been used to smuggle a script past a filter of addresses
const smuggled = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript&colon;alert(1)',
  'javascript&#58;alert(1)',
  'javascript%3Aalert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'blob:https://example.com/1234',
  'file:///etc/passwd',
  'ftp://example.com/x',
  'filesystem:https://example.com/x',
  'view-source:https://example.com',
  'intent://scan/#Intent;scheme=zxing;end',
  'ws://example.com',
  'about:blank',
  'jar:https://example.com!/x',
  'feed:javascript:alert(1)',
  '//evil.example/x',
  '/v1/conversations',
  '\\\\evil.example\\x',
  '#fragment',
  '?query',
  '',
  'mailto:',
  'https://',
  'http://[broken',
  'https://bank.example@evil.example/',
  'https://user:secret@evil.example/',
]

test('leaves every other address as words', () => {
  for (const address of smuggled) assert.equal(allowedLink(address), null, address)
  assert.equal(allowedLink(undefined), null)
})

test('whatever is written, a link has one of three schemes', () => {
  const address = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.tuple(fc.constantFrom(...smuggled), fc.string()).map(([start, rest]) => start + rest),
  )
  fc.assert(
    fc.property(address, (text) => {
      const link = allowedLink(text)
      assert.ok(link === null || /^(https?:\/\/|mailto:.)/.test(link.href), link?.href)
    }),
  )
})

test('names the host that an image would be asked of', () => {
  assert.equal(imageHost('https://evil.example/pixel.png?q=secret'), 'evil.example')
  assert.equal(imageHost('//evil.example/pixel.png'), 'evil.example')
  assert.equal(imageHost('data:image/png;base64,AAAA'), null)
  assert.equal(imageHost('pixel.png'), null)
  assert.equal(imageHost(undefined), null)
})
