import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type {
  ConversationId,
  FileId,
  MessageId,
  NewEvent,
  Owner,
  RecordId,
  RequestId,
  RunId,
} from '@streambed/protocol'
import type { AuditKind, AuditListOptions } from './audit.ts'
import type { BudgetLine } from './budgets.ts'
import { ERASED, Fenced, type Store } from './store.ts'

/** What every store does with the audit, and with what is kept for a user who is forgotten: a part of `conformance.ts`. */
export function auditConformance(open: (options: { readonly now: () => number }) => Store | Promise<Store>): void {
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
      const fence = await begun(store, ada, 'a')
      await store.append(chat('a'), [usage('a')], { fence })
      const end: NewEvent = { type: 'run-end', run: run('a'), reason: 'limited', detail: 'guardrail' }
      await store.append(chat('a'), [usage('a'), end], { fence })
      const { items } = await store.audit.list('lab', { limit: 10 })
      const call = {
        conversation: chat('a'),
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

  suite('filters', () => {
    const found = { 'card number': 1 }

    test('leave an entry for what they did to a message and to an answer, and none of its words', async () => {
      await using store = await open({ now: () => NOON })
      const fence = await begun(store, ada, 'a', [
        { type: 'filter', run: run('a'), filter: 'redact', on: 'message', action: 'changed', found },
      ])
      const refused = { on: 'answer', action: 'refused', found: {}, say: 'That is nobody’s business.' } as const
      await store.append(chat('a'), [{ type: 'filter', run: run('a'), filter: 'polite', ...refused }], { fence })
      const { items } = await store.audit.list('lab', { kind: 'filter', limit: 10 })
      const where = { conversation: chat('a'), run: run('a') }
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
      await begun(store, ada, 'a')
      for (const on of ['message', 'answer'] as const) {
        const late: NewEvent = { type: 'filter', run: run('a'), filter: 'redact', on, action: 'changed', found }
        await assert.rejects(store.append(chat('a'), [late]), Fenced)
      }
    })
  })

  suite('a user who is forgotten', () => {
    test('leaves nothing but what the organisation has spent', async () => {
      await using store = await open({ now: () => NOON })
      const bob = { org: 'lab', user: 'bob' }
      for (const owner of [ada, bob]) {
        const { user } = owner
        const fence = await begun(store, owner, user)
        await store.append(chat(user), [usage(user), { type: 'run-end', run: run(user), reason: 'done' }], { fence })
        await store.saveFile(owner, { ...file, id: `f_${user}` as FileId })
        const record = { id: `d_${user}` as RecordId, key: user, value: {}, index: { done: true } }
        await store.records.create(owner, 'notes', record, 10)
        const timer = { owner, key: 'tea', agent: 'guide', kind: 'bell', at: 1, conversation: null, data: {} }
        await store.timers.set(timer)
        const budget = { scope: 'user', of: user, period: 'day', microDollars: 1, tokens: null, action: 'cut' } as const
        await store.budgets.set('lab', budget)
        await store.budgets.tell(line([owner.org, owner.user]), 50)
      }
      await store.erase(ada, chat('ada'))
      await store.forget(ada)
      await store.forget({ org: 'lab', user: 'nobody' })

      const left = async ({ org, user }: Owner) => ({
        request: await store.findRequest({ org, user }, `q_${user}` as RequestId),
        file: (await store.file({ org, user }, `f_${user}` as FileId))?.name,
        records: (await store.records.list({ org, user }, 'notes', { where: {}, limit: 10 })).items.length,
        timer: (await store.timers.find({ org, user }, 'tea'))?.kind,
        usage: (await store.usage.sum({ org, user }, { ...period, by: 'day' })).length,
        spent: (await store.budgets.standing([line([org, user]), line([org, user, 'guide'])])).map(
          ({ spent }) => spent.microDollars,
        ),
        isNews: await store.budgets.tell(line([org, user]), 50),
      })
      const nothing = { request: undefined, file: undefined, records: 0, timer: undefined, usage: 0 }
      assert.deepEqual(await left(ada), { ...nothing, spent: [0, 0], isNews: true })
      const { request, ...others } = await left(bob)
      assert.equal(request?.run, run('bob'))
      const all = { file: 'a.png', records: 1, timer: 'bell', usage: 1, spent: [7, 7], isNews: false }
      assert.deepEqual(others, all)

      const byUser = await store.usage.sum({ org: 'lab' }, { ...period, by: 'user' })
      assert.deepEqual(
        byUser.map(({ key, microDollars }) => [key, microDollars]),
        [
          ['bob', 7],
          [ERASED, 7],
        ],
      )
      const [organisation] = await store.budgets.standing([line(['lab'])])
      assert.equal(organisation!.spent.microDollars, 14)
      assert.deepEqual(
        (await store.budgets.list('lab')).map(({ of }) => of),
        ['bob'],
      )
      const again = await begun(store, ada, 'again')
      assert.ok(again > 0, 'and may come back')
    })
  })
}

const NOON = Date.parse('2026-11-20T12:00:00Z')
const period = { from: '2026-11-20', to: '2026-11-21' }
const ada: Owner = { org: 'lab', user: 'ada' }
const file = { mediaType: 'image/png', name: 'a.png', bytes: new Uint8Array([1]) }
const run = (name: string): RunId => `r_${name}` as RunId
const chat = (name: string): ConversationId => `c_${name}` as ConversationId
const line = (account: BudgetLine['account']): BudgetLine => ({
  account,
  from: '2026-11-20',
  period: 'day',
  microDollars: null,
  tokens: null,
})

function usage(name: string): NewEvent {
  const tokens = { inputTokens: 4, outputTokens: 3, cacheReadTokens: 2, cacheWriteTokens: 1 }
  return { type: 'usage', run: run(name), model: 'm', ...tokens, microDollars: 7, priceDate: null, estimated: false }
}

/** A conversation of this owner whose run is being answered; returns the fence. */
async function begun(store: Store, owner: Owner, name: string, more: readonly NewEvent[] = []): Promise<number> {
  await store.append(chat(name), [
    { type: 'conversation-start', agent: 'guide', title: null, owner },
    {
      type: 'message',
      message: `m_${name}` as MessageId,
      run: run(name),
      parent: null,
      parts: [{ type: 'text', text: 'Hello?' }],
      requestId: `q_${name}` as RequestId,
      agent: 'guide',
    },
    ...more,
  ])
  const fence = await store.claim(chat(name), run(name), 'server', 60_000)
  assert.ok(fence !== undefined)
  return fence
}
