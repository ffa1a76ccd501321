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
    list: async () => ({ items: [...all], cursor: null }),
    delete: async (id: string) =>
      void all.splice(
        all.findIndex((record) => record.id === id),
        1,
      ),
  })) as never
  return { all, context: toolContext({ records }).context, records }
}

test('what is remembered is told in later conversations, until it is forgotten', async () => {
  const { all, context, records } = kept()
  assert.equal(await profile({ records }), undefined)
  await remember.run({ text: 'Lives in Oslo.' } as never, context)
  await remember.run({ text: 'Has a cat.' } as never, context)
  assert.match((await profile({ records }))!, /- Lives in Oslo\.\n- Has a cat\./)
  assert.deepEqual(await forget.run({ text: 'the cat' } as never, context), 'Nothing like that is remembered.')
  assert.deepEqual(await forget.run({ text: 'CAT' } as never, context), { forgotten: ['Has a cat.'] })
  assert.deepEqual(all, [{ id: 'm0', text: 'Lives in Oslo.' }])
})
