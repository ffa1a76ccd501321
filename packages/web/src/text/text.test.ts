import assert from 'node:assert/strict'
import { test } from 'node:test'
import { de } from './de.ts'
import { deAdmin } from './de-admin.ts'
import { deBuilder } from './de-builder.ts'
import { dePages } from './de-pages.ts'
import { deProblems } from './de-problems.ts'
import { deServer } from './de-server.ts'
import { deSharing } from './de-sharing.ts'
import { deSignIn } from './de-sign-in.ts'
import { en } from './en.ts'
import { enAdmin } from './en-admin.ts'
import { enBuilder } from './en-builder.ts'
import { enPages } from './en-pages.ts'
import { enSharing } from './en-sharing.ts'
import { enSignIn } from './en-sign-in.ts'

// That each has all the words of the other is held by their type.
test('no German sentence is empty, or an English one that was left behind', () => {
  const same = catalogue().filter(
    ({ english, german }) => german.trim() === '' || (english === german && /\p{L}+ \p{L}+/u.test(english)),
  )
  assert.deepEqual(
    same.map(({ path, german }) => `${path}: ${german}`),
    [],
  )
})

test('German is written in one way: a blank before an ellipsis, and one word for each thing', () => {
  const said = [
    ...catalogue().map(({ path, german }) => `${path}: ${german}`),
    ...Object.values(deProblems.sentences).map(([, german]) => german),
    ...deProblems.details.map(([, german]) => german),
    ...deServer.map(([, german]) => german),
  ]
  const slips = [/[^\s(]…|\.\.\./, /Unterhaltung/, /(?<!Daten)[Ss]trom\b/]
  assert.deepEqual(
    said.filter((words) => slips.some((slip) => slip.test(words))),
    [],
  )
})

test('what is said with a number says the number', () => {
  for (const [english, german] of [
    [en.sidebar.found, de.sidebar.found],
    [en.answer.steps, de.answer.steps],
    [enPages.usage.unpriced, dePages.usage.unpriced],
  ] as const) {
    assert.match(english(7), /7/)
    assert.match(german(7), /7/)
    assert.notEqual(german(1), german(2))
  }
})

/** All that the interface says. */
function catalogue(): readonly Pair[] {
  return [
    ...pairs(en, de, ''),
    ...pairs(enPages, dePages, 'pages'),
    ...pairs(enSharing, deSharing, 'sharing'),
    ...pairs(enBuilder, deBuilder, 'builder'),
    ...pairs(enSignIn, deSignIn, 'sign-in'),
    ...pairs(enAdmin, deAdmin, 'admin'),
  ]
}

interface Pair {
  readonly path: string
  readonly english: string
  readonly german: string
}

function pairs(english: unknown, german: unknown, path: string): readonly Pair[] {
  if (typeof english === 'string') return [{ path, english, german: german as string }] // of the same type
  if (typeof english === 'function') return pairs(english(7, 7, 7, 7), (german as typeof english)(7, 7, 7, 7), path)
  if (typeof english !== 'object' || english === null) return []
  return Object.entries(english).flatMap(([key, value]) =>
    pairs(value, (german as Record<string, unknown>)[key], `${path}.${key}`),
  )
}
