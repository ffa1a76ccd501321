import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MUTANTS } from './mutants.ts'

const ROOT = join(import.meta.dirname, '../..')

test('every bug that could be put in still has its place, and its tests', () => {
  const lost = MUTANTS.filter(({ file, find }) => readFileSync(join(ROOT, file), 'utf8').split(find).length !== 2)
  assert.deepEqual(
    lost.map(({ name }) => name),
    [],
  )
  const missing = MUTANTS.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(ROOT, path)))
  assert.deepEqual(missing, [])
})
