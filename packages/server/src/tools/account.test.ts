import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId } from '@streambed/protocol'
import * as z from 'zod'
import { defineCollection } from '../agent/collection.ts'
import { findRecords } from './find-records.ts'
import { searchConversations } from './search-conversations.ts'
import { toolContext } from './tool-context.fixture.ts'
import { usageReport } from './usage-report.ts'

const row = {
  calls: 2,
  inputTokens: 100,
  outputTokens: 50,
  cacheReadTokens: 30,
  cacheWriteTokens: 20,
  microDollars: 2_400,
}

test('usage is summed for the last week, and shown as a table and a chart', async () => {
  const asked: object[] = []
  const account = {
    searchConversations: async () => [],
    async usage(period: object) {
      asked.push(period)
      return [
        { key: '2026-11-19', ...row },
        { key: '2026-11-20', ...row },
      ]
    },
  }
  const { context, shown } = toolContext({ account })
  const answer = await usageReport.run({ by: 'day' } as never, context)
  assert.deepEqual(asked, [{ from: '2026-11-14', to: '2026-11-21', by: 'day' }])
  assert.deepEqual((answer as { total: object }).total, { calls: 4, tokens: 400, dollars: 0.0048 })
  assert.deepEqual(
    shown.map(({ component }) => component),
    ['table', 'chart'],
  )
})

test('earlier conversations are found and cited', async () => {
  const conversation = 'c_2' as ConversationId
  const found = [{ conversation, title: 'Oslo', updatedAt: '2026-11-19T10:00:00.000Z', snippet: 'It rains in Oslo' }]
  const { context, citations } = toolContext({
    account: { searchConversations: async () => found, usage: async () => [] },
  })
  assert.deepEqual(await searchConversations.run({ query: 'Oslo', limit: 5 } as never, context), found)
  assert.deepEqual(citations, [{ title: 'Oslo', source: '/c/c_2', text: 'It rains in Oslo' }])
})

test('records are found by words, over all pages', async () => {
  const notes = defineCollection({
    name: 'notes',
    description: 'things to keep',
    schema: z.object({ text: z.string() }),
  })
  const all = Array.from({ length: 150 }, (_, i) => ({ id: `n${i}`, text: i % 50 === 0 ? `Rain in Oslo ${i}` : 'Sun' }))
  const list = async ({ cursor = '0', limit = 30 }) => {
    const from = Number(cursor)
    return { items: all.slice(from, from + limit), cursor: from + limit < all.length ? String(from + limit) : null }
  }
  const { context } = toolContext({ records: (() => ({ list })) as never })
  const tool = findRecords([notes])
  const found = await tool.run({ collection: 'notes', words: 'oslo RAIN', limit: 10 } as never, context)
  assert.deepEqual(
    (found as { id: string }[]).map(({ id }) => id),
    ['n0', 'n50', 'n100'],
  )
  assert.equal(
    await tool.run({ collection: 'notes', words: 'snow', limit: 10 } as never, context),
    'Nothing was found.',
  )
})
