import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CallId, NewEvent } from '@streambed/protocol'
import type { AuditKind, AuditListOptions } from '../audit.ts'
import type { OpenStore } from '../conformance.ts'
import { Fenced } from '../store.ts'
import { ada, allow, begun, id, mayI, park, run, usage } from './conversations.fixture.ts'

/** What every store does with the audit. */
export function auditConformance(open: OpenStore): void {
  suite('the audit', () => {
    test('lists the newest first, by kind and user, in pages, an organisation apart from others', async () => {
      let time = NOON
      await using store = await open({ now: () => time })
      const add = (org: string, user: string | null, kind: AuditKind, data: object = {}) =>
        store.audit.add({ org, user, kind, data: { ...data } })
      await add('lab', 'ada', 'sign-in', { address: 'a\0b \ud800' })
      time += 1_000
      await add('mill', 'eve', 'sign-in')
      await add('lab', null, 'sign-in')
      await add('lab', 'bob', 'export')
      const list = async (options: Partial<AuditListOptions> = {}) => {
        const { items, cursor } = await store.audit.list('lab', { limit: 10, ...options })
        return { users: items.map(({ user }) => user), cursor }
      }
      const { items } = await store.audit.list('lab', { limit: 10 })
      const { number: _, ...oldest } = items.at(-1)!
      const data = { address: 'a\0b \ud800' }
      assert.deepEqual(oldest, { at: '2026-11-20T12:00:00.000Z', org: 'lab', user: 'ada', kind: 'sign-in', data })
      assert.deepEqual(await list(), { users: ['bob', null, 'ada'], cursor: null })
      assert.deepEqual((await list({ kind: 'sign-in' })).users, [null, 'ada'])
      assert.deepEqual((await list({ user: 'bob' })).users, ['bob'])
      const second = '2026-11-20T12:00:01.000Z'
      assert.deepEqual((await list({ from: second })).users, ['bob', null])
      assert.deepEqual((await list({ to: second })).users, ['ada'])
      const first = await list({ limit: 2 })
      await add('lab', 'ada', 'export')
      assert.deepEqual(first.users, ['bob', null])
      assert.deepEqual(await list({ limit: 2, cursor: first.cursor! }), { users: ['ada'], cursor: null })
      await assert.rejects(list({ cursor: 'nonsense' }), { code: 'bad-request' })
    })

    test('loses what is too old, and only that', async () => {
      let time = NOON
      await using store = await open({ now: () => time })
      for (let i = 0; i < 3; i++, time += 86_400_000)
        await store.audit.add({ org: 'lab', user: `u${i}`, kind: 'export', data: {} })
      assert.equal(await store.audit.prune('2026-11-21T12:00:00.000Z'), 1)
      assert.equal((await store.audit.list('lab', { limit: 10 })).items.length, 2)
    })

    test('holds together while entries come and go', async () => {
      let time = NOON
      await using store = await open({ now: () => time })
      assert.deepEqual(await store.audit.verify(), { entries: 0, head: null, broken: null })
      for (let i = 0; i < 3; i++, time += 86_400_000)
        await store.audit.add({
          org: i === 1 ? 'mill' : 'lab',
          user: null,
          kind: 'export',
          data: { address: 'a\0b \ud800' },
        })
      const whole = await store.audit.verify()
      assert.deepEqual([whole.entries, whole.head?.number, whole.broken], [3, 3, null])
      await store.audit.prune('2026-11-22T00:00:00.000Z')
      await store.audit.add({ org: 'lab', user: null, kind: 'export', data: {} })
      const { entries, head, broken } = await store.audit.verify(whole.head!)
      assert.deepEqual([entries, head?.number, broken], [2, 4, null])
      await store.audit.prune('2027-11-22T00:00:00.000Z')
      assert.deepEqual(await store.audit.verify(head!), { entries: 0, head, broken: null })
    })

    test('has an entry for each model call: who, which model, how many tokens, how it ended', async () => {
      await using store = await open({ now: () => NOON })
      const fence = await begun(store, 'a', ada)
      await store.append(id('a'), [usage('a')], { fence })
      const end: NewEvent = { type: 'run-end', run: run('a'), reason: 'limited', detail: 'guardrail' }
      await store.append(id('a'), [usage('a'), end], { fence })
      const { items } = await store.audit.list('lab', { limit: 10 })
      const call = {
        conversation: id('a'),
        run: run('a'),
        agent: 'guide',
        model: 'm',
        inputTokens: 4,
        outputTokens: 3,
        cacheReadTokens: 2,
        cacheWriteTokens: 1,
        microDollars: 7,
        estimated: false,
      }
      assert.deepEqual(
        items.map(({ user, kind, data }) => ({ user, kind, data })),
        ['guardrail', 'goes on'].map((outcome) => ({ user: 'ada', kind: 'model-call', data: { ...call, outcome } })),
      )
    })
  })

  test('has an entry for each tool, each question and each answer to one, and nothing that was in them', async () => {
    await using store = await open({ now: () => NOON })
    const fence = await begun(store, 'a', ada)
    const result: NewEvent = {
      type: 'tool-result',
      run: run('a'),
      call: 'call-1' as CallId,
      name: 'send',
      ok: true,
      output: 'secret',
      durationMs: 1,
    }
    await store.append(id('a'), [mayI('a', 'p_a'), park('a')], { fence })
    await store.append(id('a'), [allow('a', 'p_a')])
    const again = (await store.claim(id('a'), run('a'), 'other', 10_000))!
    await store.append(id('a'), [result], { fence: again })
    const { items } = await store.audit.list('lab', { limit: 10 })
    const where = { conversation: id('a'), run: run('a') }
    assert.deepEqual(
      items.map(({ user, kind, data }) => ({ user, kind, data })),
      [
        { user: 'ada', kind: 'tool-call', data: { ...where, call: 'call-1', tool: 'send', outcome: 'done' } },
        { user: 'ada', kind: 'approval', data: { ...where, approval: 'p_a', outcome: 'approved' } },
        {
          user: 'ada',
          kind: 'approval',
          data: { ...where, approval: 'p_a', call: 'call-1', tool: 'send', outcome: 'asked' },
        },
      ],
    )
  })

  suite('filters', () => {
    const found = { 'card number': 1 }

    test('leave an entry for what they did to a message and to an answer, and none of its words', async () => {
      await using store = await open({ now: () => NOON })
      const fence = await begun(store, 'a', ada, [
        { type: 'filter', run: run('a'), filter: 'redact', on: 'message', action: 'changed', found },
      ])
      const refused = { on: 'answer', action: 'refused', found: {}, say: 'That is nobody’s business.' } as const
      await store.append(id('a'), [{ type: 'filter', run: run('a'), filter: 'polite', ...refused }], { fence })
      const { items } = await store.audit.list('lab', { kind: 'filter', limit: 10 })
      const where = { conversation: id('a'), run: run('a') }
      assert.deepEqual(
        items.map(({ user, data }) => [user, data]),
        [
          ['ada', { ...where, filter: 'polite', on: 'answer', outcome: 'refused', found: {} }],
          ['ada', { ...where, filter: 'redact', on: 'message', outcome: 'changed', found }],
        ],
      )
    })

    test('tell of a message only with the message, and of an answer only as its writer', async () => {
      await using store = await open({ now: () => NOON })
      await begun(store, 'a', ada)
      for (const on of ['message', 'answer'] as const) {
        const late: NewEvent = { type: 'filter', run: run('a'), filter: 'redact', on, action: 'changed', found }
        await assert.rejects(store.append(id('a'), [late]), Fenced)
      }
    })
  })
}

const NOON = Date.parse('2026-11-20T12:00:00Z')
