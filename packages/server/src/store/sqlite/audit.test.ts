import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type AuditHead, WHY } from '../audit-chain.ts'
import { sqliteStore } from '../sqlite.ts'

/** What somebody who has the file may do to it. */
const ALTERED = 'drop trigger audit_is_kept;'

for (const [what, sql, broken] of [
  ['a word of an entry', "update audit set user = 'bob' where number = 3", { number: 3, why: WHY.changed }],
  ['when it was', "update audit set at = '2020' where number = 1", { number: 1, why: WHY.changed }],
  ['whose it was', "update audit set org = 'mill' where number = 5", { number: 5, why: WHY.changed }],
  ['what it says', `update audit set data = '{"did":"no"}' where number = 4`, { number: 4, why: WHY.changed }],
  ['what kind it is of', "update audit set kind = 'deletion' where number = 2", { number: 2, why: WHY.changed }],
  ['an entry that is taken out', 'delete from audit where number = 2', { number: 3, why: WHY.changed }],
  ['the first one', 'delete from audit where number = 1', { number: 2, why: WHY.changed }],
  ['the newest ones', 'delete from audit where number > 3', { number: 3, why: WHY.cut }],
  ['all of them', 'delete from audit', { number: 0, why: WHY.cut }],
  ['a hash that is taken away', 'update audit set hash = null where number = 4', { number: 4, why: WHY.unhashed }],
  [
    'two that change places',
    'update audit set number = 40 where number = 4; update audit set number = 4 where number = 5',
    { number: 4, why: WHY.changed },
  ],
  [
    'one that is slipped in',
    `insert into audit (at, org, user, kind, data, hash) select at, org, user, kind, data, hash from audit where number = 1`,
    { number: 7, why: WHY.changed },
  ],
] as const)
  test(`the audit shows ${what}`, async () => {
    using folder = temporaryFolder()
    const head = await written(folder.path)
    alter(folder.path, sql)
    await using store = sqliteStore({ path: folder.path })
    assert.deepEqual((await store.audit.verify(head)).broken, broken)
  })

test('a chain that was written anew is told by its head, where that was noted', async () => {
  using folder = temporaryFolder()
  const head = await written(folder.path)
  alter(folder.path, "delete from audit; delete from sqlite_sequence where name = 'audit'")
  assert.notDeepEqual(await written(folder.path, 'bob'), head)
  await using store = sqliteStore({ path: folder.path })
  assert.deepEqual((await store.audit.verify(head)).broken, { number: 6, why: WHY.noted })
  assert.equal((await store.audit.verify()).broken, null)
})

test('entries that are older than the chain are let be', async () => {
  using folder = temporaryFolder()
  await written(folder.path)
  alter(folder.path, 'update audit set hash = null; delete from audit_base')
  await using store = sqliteStore({ path: folder.path })
  await store.audit.add({ org: 'lab', user: 'ada', kind: 'export', data: {} })
  const { entries, head, broken } = await store.audit.verify()
  assert.deepEqual([entries, head?.number, broken], [7, 7, null])
})

/** Six entries. */
async function written(path: string, user = 'ada'): Promise<AuditHead> {
  await using store = sqliteStore({ path })
  for (let i = 0; i < 6; i++) await store.audit.add({ org: 'lab', user, kind: 'export', data: { did: `${i}` } })
  const { head, broken } = await store.audit.verify()
  assert.equal(broken, null)
  return head!
}

function alter(path: string, sql: string): void {
  using db = new DatabaseSync(path)
  db.exec(ALTERED + sql)
}

function temporaryFolder(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'streambed-audit-'))
  return { path: join(folder, 'audit.db'), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
