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
