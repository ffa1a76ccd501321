import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FilterContext } from '../agent/filters/filter.ts'
import { stretch } from '../agent/filters/stretch.ts'
import { filterWhole } from '../agent/filters/whole.ts'
import { redact } from './redact.ts'

const context: FilterContext = {
  on: 'answer',
  owner: { org: 'o', user: 'u' },
  conversation: undefined,
  agent: 'a',
}
const filter = redact()
const redacted = async (text: string) => (await filterWhole([filter], text, context)).text

/** The same, as it comes out when it arrives in these pieces; and the most that was held back meanwhile. */
async function streamed(pieces: readonly string[]): Promise<{ text: string; held: number }> {
  const words = stretch(filter, context)
  let text = ''
  let pushed = 0
  let held = 0
  for (const piece of pieces) {
    text += await words.push(piece)
    pushed += piece.length
    if (!words.note) held = Math.max(held, pushed - text.length)
  }
  return { text: text + (await words.end()), held }
}

const KEY = `-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,0123456789ABCDEF

${`${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`.repeat(25)}MIIEpA==
-----END RSA PRIVATE KEY-----`

const SECRETS: readonly (readonly [kind: string, secret: string])[] = [
  ['private key', KEY],
  ['AWS key', 'AKIAIOSFODNN7EXAMPLE'],
  ['API key', 'sk-proj-abcdefghijklmnop1234'],
  ['API key', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
  ['API key', 'ABSKQmVkcm9ja0FQSUtleS1hYmNkZWY='],
  ['API key', `sbk_${'0123456789abcdef'.repeat(2)}_secret`],
  ['token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'],
  ['e-mail address', 'ada.lovelace+x@mail.example.co.uk'],
  ['IBAN', 'DE89 3704 0044 0532 0130 00'],
  ['IBAN', 'GB82WEST12345698765432'],
  ['card number', '4111 1111 1111 1111'],
  ['card number', '378282246310005'],
  ['card number', '5500-0000-0000-0004'],
  ['insurance number', '078-05-1120'],
  ['insurance number', 'QQ 12 34 56 C'.replace('QQ', 'AB')],
  ['phone number', '+44 20 7946 0958'],
  ['phone number', '+1 (555) 010-9999'],
  ['phone number', '(555) 010-9999'],
]

for (const [kind, secret] of SECRETS) {
  test(`finds the ${kind} ${secret.slice(0, 24)}`, async () => {
    assert.equal(await redacted(`It is ${secret}.`), `It is [${kind}].`)
    assert.equal(await redacted(secret), `[${kind}]`)
    assert.equal(await redacted(`("${secret}", THEN 3 MORE)`), `("[${kind}]", THEN 3 MORE)`)
  })
}

test('finds what stands behind a label, and leaves the label', async () => {
  assert.equal(await redacted('password: hunter22!'), 'password: [password]!')
  assert.equal(await redacted('My password is correct-horse'), 'My password is [password]')
  assert.equal(await redacted('{"api_key":"abcd1234efgh"}'), '{"api_key":"[password]"}')
  assert.equal(await redacted('Authorization: Bearer abcdefghijklmnop'), 'Authorization: Bearer [token]')
  assert.equal(await redacted('postgres://bob:s3cret@db/x'), 'postgres://bob:[password]@db/x')
})

test('leaves alone what is none', async () => {
  const harmless = [
    'The password is required. A password must be long; secret santa.',
    'Order 4111 1111 1111 1112, 1111111111111111, invoice 2026-11-20-0001.',
    'π is 3.14159265358979, a light year 9460730472580800 m, and 12:30 on 2026-11-20.',
    'GB82WEST12345698765431 has another check, DEUTSCHE BANK AG 2026 has none.',
    'commit 5355308a1b2c3d4e5f60718293a4b5c6d7e8f901, id c_0123456789abcdef0123456789abcdef',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'ask sk-learn, eyJ, @ada, a@b, $1,000,000, 192.168.0.1, 000-12-3456',
  ]
  for (const text of harmless) assert.equal(await redacted(text), text)
})

test('only what it is told to find is found', async () => {
  const some = redact(['emails'])
  const { text, notes } = await filterWhole([some], 'a@b.co and c@d.co, 4111111111111111', context)
  assert.equal(text, '[e-mail address] and [e-mail address], 4111111111111111')
  assert.deepEqual(notes, [{ filter: 'redact', action: 'changed', found: { 'e-mail address': 2 } }])
})

const word = fc.oneof(
  fc.constantFrom(...SECRETS.map(([, secret]) => secret)),
  fc.constantFrom('the', 'and 12', 'I', 'was', 'ABC', '+', '(3)', 'key', 'password', 'bearer', '\n', '.', '😀', 'DE89'),
  fc.string({ maxLength: 6 }),
)
const texts = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '))
const runs = { numRuns: process.env['CI'] ? 20_000 : 1_500 }

test('whatever pieces an answer comes in, what comes out is the same', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(2_000), { maxLength: 10 }), async (text, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
      const pieces = places.slice(1).map((end, i) => text.slice(places[i], end))
      assert.equal((await streamed(pieces)).text, await redacted(text))
    }),
    runs,
  )
})

test('no secret comes through, whatever stands around it', async () => {
  const around = fc.string({ maxLength: 10 }).map((text) => text.replace(/[\w+/=@.-]/g, ' '))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SECRETS), around, around, async ([kind, secret], before, after) => {
      const text = `${before} ${secret} ${after}`
      const out = await redacted(text)
      assert.ok(out.includes(`[${kind}]`) && !out.includes(secret), out)
    }),
    runs,
  )
})

test('plain words are held back for one word only', async () => {
  const text =
    'It is a truth universally acknowledged, that a single man in possession of a good fortune must be in want. '
  const { held } = await streamed([...text.repeat(5)])
  assert.ok(held <= 16, `${held} characters`)
})

test('the time grows with the text, whatever it is made of', async () => {
  const bits = [
    'a',
    '1',
    '1 ',
    'A1 ',
    '+1',
    'a@',
    'a.',
    'eyJa.',
    '://a:',
    'password=',
    'bearer ',
    'DE12 ',
    '-----BEGIN PRIVATE KEY-----',
    '-',
    '(',
    'sk-',
    ' ',
  ]
  for (const bit of bits) {
    const began = performance.now()
    await redacted(bit.repeat(Math.ceil(300_000 / bit.length)))
    const ms = performance.now() - began
    assert.ok(ms < 10_000, `${JSON.stringify(bit)}: ${Math.round(ms)} ms`)
  }
})
