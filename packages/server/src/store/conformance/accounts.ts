import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ACCOUNT_PAGE, type AccountRow, type NewAccountRow } from '../accounts.ts'
import type { OpenStore } from '../conformance.ts'
import type { Store } from '../store.ts'

/** What every store does with accounts. */
export function accountsConformance(open: OpenStore): void {
  suite('accounts', () => {
    test('a row is found by its id and by its name, as it was added', async () => {
      await using store = await open({ now: () => 5_000 })
      assert.equal(await store.accounts.apply([{ add: ada }]), true)
      const row = { ...ada, number: 1, revision: 1, createdAt: 5_000 }
      const found = await store.accounts.find('person', 'ada')
      assert.deepEqual({ ...found, number: 1 }, row)
      assert.deepEqual(await store.accounts.named('person', 'ada@example.com'), found)
      assert.equal(await store.accounts.find('member', 'ada'), undefined)
      assert.equal(await store.accounts.named('person', 'bob@example.com'), undefined)
    })

    test('an id and a name are given once in a kind', async () => {
      await using store = await open({ now: () => 0 })
      await store.accounts.apply([{ add: ada }])
      assert.equal(await store.accounts.apply([{ add: { ...ada, name: 'other@example.com' } }]), false)
      assert.equal(await store.accounts.apply([{ add: { ...ada, id: 'other' } }]), false)
      assert.equal(await store.accounts.apply([{ add: member('ada', 'lab', 'ada') }]), true)
    })

    test('changes are made all or none', async () => {
      await using store = await open({ now: () => 0 })
      await store.accounts.apply([{ add: ada }])
      const twice = [{ add: member('m1', 'lab', 'bob') }, { add: { ...ada, name: null } }]
      assert.equal(await store.accounts.apply(twice), false)
      assert.equal(await store.accounts.find('member', 'm1'), undefined)
      const gone = [{ remove: { kind: 'person', id: 'ada' } }, { remove: { kind: 'person', id: 'nobody' } }] as const
      assert.equal(await store.accounts.apply(gone), false)
      assert.ok(await store.accounts.find('person', 'ada'))
    })

    test('a row changes only from the revision that was read', async () => {
      await using store = await open({ now: () => 0 })
      await store.accounts.apply([{ add: ada }])
      const read = await personOf(store, 'ada')
      const renamed = { ...read, name: 'a@example.com', data: { ...read.data, name: 'A.' } }
      assert.equal(await store.accounts.apply([{ change: renamed }]), true)
      assert.equal(await store.accounts.apply([{ change: read }]), false)
      assert.deepEqual(await store.accounts.named('person', 'a@example.com'), { ...renamed, revision: 2 })
      assert.equal(await store.accounts.named('person', 'ada@example.com'), undefined)
      await store.accounts.apply([{ add: { ...ada, id: 'bob', name: 'bob@example.com' } }])
      const bob = await personOf(store, 'bob')
      assert.equal(await store.accounts.apply([{ change: { ...bob, name: 'a@example.com' } }]), false)
    })

    test('of many who take the same row away, one has it', async () => {
      await using store = await open({ now: () => 0 })
      await store.accounts.apply([{ add: ada }])
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => store.accounts.apply([{ remove: { kind: 'person', id: 'ada' } }])),
      )
      assert.equal(taken.filter(Boolean).length, 1)
    })

    test('what has expired is not there, and gives its id and name free', async () => {
      let time = 1_000
      await using store = await open({ now: () => time })
      const brief = { ...ada, expiresAt: 2_000 }
      await store.accounts.apply([{ add: brief }])
      const read = await personOf(store, 'ada')
      time = 2_000
      assert.equal(await store.accounts.find('person', 'ada'), undefined)
      assert.equal(await store.accounts.named('person', 'ada@example.com'), undefined)
      assert.deepEqual(await store.accounts.list('person', { org: 'lab' }), [])
      assert.equal(await store.accounts.apply([{ change: read }]), false)
      assert.equal(await store.accounts.apply([{ remove: { kind: 'person', id: 'ada' } }]), false)
      assert.equal(await store.accounts.apply([{ add: ada }]), true)
      await store.accounts.apply([{ add: { ...member('m', 'lab', 'ada'), expiresAt: 2_500 } }])
      time = 3_000
      assert.deepEqual([await store.accounts.prune(), await store.accounts.prune()], [1, 0])
      assert.ok(await store.accounts.find('person', 'ada'))
    })

    test('lists by organisation, by user and by both, in order and in pages', async () => {
      await using store = await open({ now: () => 0 })
      const rows = Array.from({ length: ACCOUNT_PAGE + 5 }, (_, i) =>
        member(`m${i}`, i % 5 ? 'lab' : 'bank', `u${i % 2}`),
      )
      await store.accounts.apply(rows.map((add) => ({ add })))
      const ids = (found: readonly AccountRow[]): readonly string[] => found.map(({ id }) => id)
      const expected = (fits: (row: NewAccountRow) => boolean) => rows.filter(fits).map(({ id }) => id)
      const list = store.accounts.list.bind(store.accounts)
      assert.deepEqual(
        ids(await list('member', { org: 'bank' })),
        expected(({ org }) => org === 'bank'),
      )
      assert.deepEqual(
        ids(await list('member', { user: 'u1' })),
        expected(({ user }) => user === 'u1'),
      )
      assert.deepEqual(
        ids(await list('member', { org: 'bank', user: 'u1' })),
        expected(({ org, user }) => org === 'bank' && user === 'u1'),
      )
      await store.accounts.apply(rows.map(({ id }, i) => ({ add: { ...member(`x${i}`, 'lab', 'u'), id: `x${id}` } })))
      const first = await list('member', { user: 'u' })
      const rest = await list('member', { user: 'u' }, first.at(-1)!.number)
      assert.deepEqual([first.length, rest.length], [ACCOUNT_PAGE, 5])
      assert.deepEqual(await list('session', { org: 'lab' }), [])
    })
  })
}

const ada: Required<NewAccountRow<'person'>> = {
  kind: 'person',
  id: 'ada',
  name: 'ada@example.com',
  org: 'lab',
  user: 'ada',
  expiresAt: null,
  data: { email: 'ada@example.com', name: 'Ada', password: null, disabled: false },
}

function member(id: string, org: string, user: string): NewAccountRow<'member'> {
  return { kind: 'member', id, org, user, data: { role: 'member' } }
}

async function personOf(store: Store, id: string): Promise<AccountRow<'person'>> {
  const row = await store.accounts.find('person', id)
  assert.ok(row)
  return row
}
