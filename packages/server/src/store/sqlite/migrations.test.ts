import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { MIGRATIONS, migrate } from './migrations.ts'

const tables = (db: DatabaseSync): readonly unknown[] =>
  db
    .prepare(`select name from sqlite_schema where type = 'table' order by name`)
    .all()
    .map((row) => row['name'])
const version = (db: DatabaseSync): unknown => db.prepare('pragma user_version').get()!['user_version']

test('takes the steps that are missing, once', () => {
  using db = new DatabaseSync(':memory:')
  const steps = ['create table a (x)', 'create table b (x)']
  migrate(db, 'test.db', steps.slice(0, 1))
  assert.deepEqual([tables(db), version(db)], [['a'], 1])
  migrate(db, 'test.db', steps)
  migrate(db, 'test.db', steps)
  assert.deepEqual([tables(db), version(db)], [['a', 'b'], 2])
})

test('takes all steps or none', () => {
  using db = new DatabaseSync(':memory:')
  assert.throws(() => migrate(db, 'test.db', ['create table a (x)', 'create nonsense']))
  assert.deepEqual([tables(db), version(db)], [[], 0])
  assert.equal(db.isTransaction, false)
})

test('refuses a database of a newer version', () => {
  using db = new DatabaseSync(':memory:')
  db.exec(`pragma user_version = ${MIGRATIONS.length + 1}`)
  assert.throws(() => migrate(db, 'test.db'), /test\.db was written by a newer version of Streambed/)
})

test('what was spent before there were budgets is counted for user, agent and organisation', () => {
  using db = new DatabaseSync(':memory:')
  const before = MIGRATIONS.findIndex((step) => step.includes('create table spending'))
  migrate(db, 'test.db', MIGRATIONS.slice(0, before))
  db.exec(`insert into owner values (1, '["lab","a\\"da"]'), (2, '["lab","bob"]')`)
  const add = db.prepare(`
    insert into usage (owner, at, conversation, run, agent, model, input_tokens, output_tokens, cache_read_tokens,
      cache_write_tokens, micro_dollars, estimated) values (?, ?, 'c', 'r', 'guide', 'm', 1, 2, 3, 4, ?, 0)`)
  for (const [owner, day, microDollars] of [
    [1, 20, 5],
    [1, 20, null],
    [1, 21, 7],
    [2, 21, 9],
  ] as const)
    add.run(owner, `2026-11-${day}T12:00:00.000Z`, microDollars)
  migrate(db, 'test.db')
  const spent = db.prepare('select account, day, micro_dollars, tokens from spending order by 1, 2').all()
  const ada = JSON.stringify(['lab', 'a"da'])
  assert.deepEqual(
    spent.map((row) => Object.values(row)),
    [
      [JSON.stringify(['lab', 'a"da', 'guide']), '2026-11-20', 5, 20],
      [JSON.stringify(['lab', 'a"da', 'guide']), '2026-11-21', 7, 10],
      [ada, '2026-11-20', 5, 20],
      [ada, '2026-11-21', 7, 10],
      ['["lab","bob","guide"]', '2026-11-21', 9, 10],
      ['["lab","bob"]', '2026-11-21', 9, 10],
      ['["lab"]', '2026-11-20', 5, 20],
      ['["lab"]', '2026-11-21', 16, 20],
    ],
  )
})

test('an entry of the audit cannot be changed', () => {
  using db = new DatabaseSync(':memory:')
  migrate(db, 'test.db')
  db.exec(`insert into audit (at, org, user, kind, data) values ('2026', 'lab', 'ada', 'export', '{}')`)
  assert.throws(() => db.exec(`update audit set user = 'bob'`), /never changed/)
})

test('files that were kept before there was a limit are counted for their owner', () => {
  using db = new DatabaseSync(':memory:')
  const before = MIGRATIONS.findIndex((step) => step.includes('create table storage'))
  migrate(db, 'test.db', MIGRATIONS.slice(0, before))
  const add = db.prepare(
    `insert into file (owner, id, media_type, name, saved_at, bytes) values (?, ?, 't', 'n', 0, ?)`,
  )
  for (const [owner, id, size] of [
    [1, 'a', 5_000],
    [1, 'b', 1],
    [2, 'a', 1],
  ] as const)
    add.run(owner, id, new Uint8Array(size))
  migrate(db, 'test.db')
  add.run(2, 'b', new Uint8Array(6_000))
  db.exec(`delete from file where owner = 2 and id = 'a'`)
  const rows = db.prepare('select owner, bytes from storage order by owner').all()
  assert.deepEqual(
    rows.map((row) => Object.values(row)),
    [
      [1, 9_096],
      [2, 6_000],
    ],
  )
})
