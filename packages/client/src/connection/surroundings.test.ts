import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { page } from './surroundings.ts'

const globals = globalThis as Record<string, unknown>

afterEach(() => {
  delete globals['window']
  delete globals['document']
})

test('C8: a page wakes when it is shown, restored or online again, and not when it is hidden', () => {
  const window = new EventTarget()
  const document = Object.assign(new EventTarget(), { hidden: true })
  Object.assign(globals, { window, document })
  const told: string[] = []
  const stop = page.listen({ woken: () => told.push('woken'), offline: () => told.push('offline') })
  document.dispatchEvent(new Event('visibilitychange'))
  assert.deepEqual(told, [])
  document.hidden = false
  document.dispatchEvent(new Event('visibilitychange'))
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }))
  assert.deepEqual(told, ['woken'])
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  window.dispatchEvent(new Event('offline'))
  window.dispatchEvent(new Event('online'))
  stop()
  window.dispatchEvent(new Event('online'))
  assert.deepEqual(told, ['woken', 'woken', 'offline', 'woken'])
})

test('where there is no page, nothing is told, and the network is taken to be there', () => {
  page.listen({ woken: assert.fail, offline: assert.fail })()
  assert.equal(page.isOnline(), true)
})
