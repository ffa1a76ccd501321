import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { toasts } from './toasts.ts'

afterEach(() => {
  for (const { id } of toasts.get()) toasts.close(id)
})

test('three are shown at once, and each that goes says so once', () => {
  const gone: string[] = []
  for (const title of ['a', 'b', 'c', 'd']) toasts.add({ title, onRemove: () => gone.push(title) })
  assert.deepEqual(
    toasts.get().map(({ title }) => title),
    ['b', 'c', 'd'],
  )
  const [first] = toasts.get()
  toasts.close(first!.id)
  toasts.close(first!.id)
  assert.deepEqual(gone, ['a', 'b'])
})

test('whoever looks is told', () => {
  let told = 0
  const stop = toasts.subscribe(() => told++)
  toasts.close(toasts.add({ title: 'a' }))
  stop()
  toasts.add({ title: 'b' })
  assert.equal(told, 2)
})
