import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forget, profile, remember } from './memory.ts'
import { toolContext } from './tool-context.fixture.ts'

function kept() {
  const all: { id: string; text: string }[] = []
  const records = (() => ({
    async create({ text }: { text: string }) {
      const record = { id: `m${all.length}`, text }
      all.push(record)
      return record
    },
    async list({ limit, cursor = '0' }: { limit: number; cursor?: string }) {
      const end = Number(cursor) + limit
      return { items: all.slice(Number(cursor), end), cursor: end < all.length ? String(end) : null }
    },
    delete: async (id: string) =>
      void all.splice(
        all.findIndex((record) => record.id === id),
        1,
      ),
  })) as never
  const { context } = toolContext({ records })
  const forgets = (text: string) => forget.run({ text } as never, context)
  return { all, context, records, forgets, texts: () => all.map(({ text }) => text) }
}

test('what is remembered is told in later conversations, until it is forgotten', async () => {
  const { all, context, records, forgets } = kept()
  assert.equal(await profile({ records }), undefined)
  await remember.run({ text: 'Lives in Oslo.' } as never, context)
  await remember.run({ text: 'Has a cat.' } as never, context)
  assert.match((await profile({ records }))!, /- Lives in Oslo\.\n- Has a cat\./)
  assert.deepEqual(await forgets('the cat'), 'Nothing like that is remembered.')
  assert.deepEqual(await forgets('CAT'), { forgotten: ['Has a cat.'] })
  assert.deepEqual(all, [{ id: 'm0', text: 'Lives in Oslo.' }])
})

test('what is forgotten is what was named, and nothing that only looks like it', async () => {
  const { all, forgets, texts } = kept()
  const said = [
    'I live in Oslo.',
    'My sister lives in Oslo.',
    'I live in Oslo, in summer.',
    'Likes C++.',
    'A catalogue',
  ]
  said.forEach((text, i) => void all.push({ id: `m${i}`, text }))
  assert.deepEqual(await forgets('I live in Oslo.'), { forgotten: ['I live in Oslo.'] })
  for (const text of ['cat', 'C#', '…', 'live in Bergen'])
    assert.equal(await forgets(text), 'Nothing like that is remembered.', text)
  assert.deepEqual(texts(), said.slice(1))
  assert.deepEqual(await forgets('“likes c++”'), { forgotten: ['Likes C++.'] })
})

test('where several fit, they are named in place of being forgotten', async () => {
  const { all, forgets, texts } = kept()
  const said = ['Has a cat.', 'The cat is called Minka.', 'Has a dog.']
  said.forEach((text, i) => void all.push({ id: `m${i}`, text }))
  assert.equal(
    await forgets('cat'),
    'Nothing was forgotten: several fit. Ask the user which, then name one by its whole text:\n- Has a cat.\n- The cat is called Minka.',
  )
  assert.deepEqual(texts(), said)
  assert.deepEqual(await forgets('has a cat'), { forgotten: ['Has a cat.'] })
})

test('what was remembered long ago is forgotten, too', async () => {
  const { all, forgets } = kept()
  for (let i = 0; i < 250; i++) all.push({ id: `m${i}`, text: `Knows the number ${i}.` })
  assert.deepEqual(await forgets('number 249'), { forgotten: ['Knows the number 249.'] })
  assert.equal(all.length, 249)
})
