import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS } from '@streambed/protocol'
import { deProblems } from './de-problems.ts'
import { inWords, translated } from './problems.ts'

const inGerman = (code: string, message: string) => translated({ code, message }, deProblems)

test('every error has a German sentence, beside the English one that it stands for', () => {
  const pairs = Object.entries(ERRORS).map(([code, { text }]) => [code, text, deProblems.sentences[code]?.[0]])
  assert.deepEqual(
    pairs.filter(([, said, known]) => said !== known),
    [],
  )
  for (const [code, [english, german]] of Object.entries(deProblems.sentences)) {
    assert.notEqual(german.trim(), '', code)
    assert.notEqual(german, english, code)
  }
})

test('what the server adds to a sentence follows it, in German where the page knows the words', () => {
  const { text } = ERRORS['bad-file']
  assert.equal(inGerman('bad-file', text), 'Diese Datei kann das Modell nicht bekommen.')
  assert.equal(
    inGerman('bad-file', `${text} It is empty.`),
    'Diese Datei kann das Modell nicht bekommen. Sie ist leer.',
  )
  assert.equal(
    inGerman('bad-file', `${text} It is no image/png.`),
    'Diese Datei kann das Modell nicht bekommen. Sie ist kein image/png.',
  )
  assert.equal(inGerman('bad-file', `${text} It is odd.`), 'Diese Datei kann das Modell nicht bekommen. It is odd.')
})

test('what another server says otherwise is said by its code, and what has none as it came', () => {
  assert.equal(inGerman('bad-file', 'No.'), 'Diese Datei kann das Modell nicht bekommen.')
  assert.equal(inGerman('brand-new', 'Something new.'), 'Something new.')
  assert.equal(inGerman('toString', 'Something new.'), 'Something new.')
  assert.equal(inWords({ code: 'bad-file', message: 'As it came.' }), 'As it came.') // this page speaks English
})
