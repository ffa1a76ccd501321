import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fieldScanner } from './fields.ts'
import { type Piece, type SectionScanner, sectionScanner } from './sections.ts'

const NAMES = { words: 'user_message', data: 'backend' }

interface Taken {
  readonly words: string
  readonly data: string | null
}

/** An answer that arrives in these pieces. */
function take(chunks: readonly string[], scanner: SectionScanner = fieldScanner(NAMES, sectionScanner(NAMES))): Taken {
  const pieces: Piece[] = [...chunks.flatMap((chunk) => [...scanner.push(chunk)]), ...scanner.end()]
  const join = (section: Piece['section'], from = 0): string =>
    pieces
      .slice(from)
      .flatMap((piece) => (piece.section === section ? [piece.text] : []))
      .join('')
  const start = pieces.findLastIndex(({ section }) => section === 'data-start')
  return { words: join('words'), data: start < 0 ? null : join('data', start) }
}

function cutAt(answer: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.map((cut) => cut % (answer.length + 1)).sort((a, b) => a - b), answer.length]
  return places.slice(1).map((end, i) => answer.slice(places[i], end))
}

const answers: Readonly<Record<string, readonly [answer: string, words: string, data: string | null]>> = {
  'both fields': ['{"user_message":"Hi there","backend":{"a":1}}', 'Hi there', '{"a":1}'],
  'room between them': ['\n{ "user_message" : " Hi " , "backend" : { "a" : 1 } }\n', 'Hi', '{ "a" : 1 }'],
  'data first': ['{"backend":{"a":"}"},"user_message":"Hi"}', 'Hi', '{"a":"}"}'],
  'no data': ['{"user_message":"Hi","backend":null}', 'Hi', null],
  'words with escapes': [
    '{"user_message":"a\\n\\"b\\" \\u00e9 \\ud83d\\ude00 \\ud83d!","backend":null}',
    'a\n"b" é 😀 \ufffd!',
    null,
  ],
  'fields of its own': ['{"mood":["{",{"backend":{}}],"user_message":"Hi","backend":{"a":1}}', 'Hi', '{"a":1}'],
  'data that holds the fields': [
    '{"backend":{"user_message":"no"},"user_message":"Hi"}',
    'Hi',
    '{"user_message":"no"}',
  ],
  'a field twice': ['{"backend":{"a":1},"backend":{"a":2},"user_message":"Hi"}', 'Hi', '{"a":2}'],
  'words that break off': ['{"user_message":"Hi th\\u00', 'Hi th', null],
  'data that break off': ['{"user_message":"Hi","backend":{"a":', 'Hi', '{"a":'],
  'words after an object without them': ['{"backend":{"a":1}}\nHere it is. ', 'Here it is.', '{"a":1}'],
  'words after an object with them': ['{"user_message":"Hi","backend":{"a":1}}\nHere it is.', 'Hi', '{"a":1}'],
  'words that are none': ['{"user_message":17,"backend":{}}', '', '{}'],
  'sections all the same': ['<user_message>Hi</user_message><backend>{"a":1}</backend>', 'Hi', '{"a":1}'],
  'plain words': ['Just words.', 'Just words.', null],
  'plain words that begin like it': ['{curly} words', '{curly} words', null],
  'an object of something else': ['{"a": 1}', '{"a": 1}', null],
}

for (const [name, [answer, words, data]] of Object.entries(answers)) {
  test(`takes apart ${name}, however it is cut in two or three`, () => {
    assert.deepEqual(take([answer]), { words, data })
    for (let i = 0; i <= answer.length; i++) {
      for (let j = i; j <= answer.length; j++) {
        assert.deepEqual(take([answer.slice(0, i), answer.slice(i, j), answer.slice(j)]), { words, data })
      }
    }
  })
}

const runs = { numRuns: process.env['CI'] ? 50_000 : 3_000 }
const cuts = fc.array(fc.nat(500), { maxLength: 8 })

test('any object gives its words and its data, in whatever order, layout and pieces it comes', () => {
  const anything = fc.jsonValue({ maxDepth: 3 })
  const object = fc.dictionary(fc.string({ maxLength: 4 }), anything, { maxKeys: 4 })
  const fields = fc.shuffledSubarray(['words', 'data', 'more'], { minLength: 3 })
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.option(object),
      anything,
      fields,
      fc.nat(3),
      cuts,
      (words, data, more, order, indent, cuts) => {
        const all = { words: ['user_message', words], data: ['backend', data], more: ['more', more] } as const
        const fields = Object.fromEntries(order.map((field) => all[field as keyof typeof all]))
        const taken = take(cutAt(JSON.stringify(fields, null, indent), cuts))
        assert.equal(taken.words, words.toWellFormed().trim())
        assert.deepEqual(taken.data && JSON.parse(taken.data), data && JSON.parse(JSON.stringify(data)))
      },
    ),
    runs,
  )
})

test('nothing that arrives makes it stumble, and any cutting gives the same', () => {
  const fragment = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '"user_message"',
      '"backend"',
      ':',
      ',',
      '"',
      '\\',
      '\\u12',
      '[',
      ']',
      '<backend>',
      'null',
    ),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 20 }), cuts, (fragments, cuts) => {
      const answer = fragments.join('')
      assert.deepEqual(take(cutAt(answer, cuts)), take([answer]))
    }),
    runs,
  )
})

test('an answer that is no object is read as sections are', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => !/^\s*\{/.test(text)),
      cuts,
      (answer, cuts) => assert.deepEqual(take(cutAt(answer, cuts)), take([answer], sectionScanner(NAMES))),
    ),
    runs,
  )
})
