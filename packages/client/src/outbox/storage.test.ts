import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { RequestId } from '@streambed/protocol'
import { browserStorage, defaultStorage, type StoredMessage } from './storage.ts'

// A window of one's own, as far as storage looks at it.
const globals = globalThis as { window?: unknown; localStorage?: unknown; sessionStorage?: unknown }

afterEach(() => {
  for (const name of ['window', 'localStorage', 'sessionStorage'] as const) delete globals[name]
})

test('messages are kept apart by server and by request id, and what is not ours is left alone', () => {
  const items = openWindow()
  const storage = browserStorage('https://one')
  const other = browserStorage('https://other')
  items['unrelated'] = 'x'
  items['streambed:outbox:https://one:broken'] = '{'
  items['streambed:outbox:https://one:strange'] = '{"requestId":5}'
  storage.put(message('a', 1))
  storage.put(message('b', 2))
  other.put(message('c', 3))
  storage.put(message('a', 4))
  storage.remove('b' as RequestId)
  assert.deepEqual(storage.all(), [message('a', 4)])
  assert.deepEqual(other.all(), [message('c', 3)])
  assert.equal(items['unrelated'], 'x')
})

test('a tab keeps its name over reloads', () => {
  openWindow()
  const { tab } = browserStorage('https://one')
  assert.equal(browserStorage('https://one').tab, tab)
  openWindow()
  assert.notEqual(browserStorage('https://one').tab, tab)
})

test('it is told what other tabs remove', () => {
  openWindow()
  const removed: string[] = []
  const stop = browserStorage('https://one').onRemoved!((requestId) => removed.push(requestId))
  const tell = (key: string | null, newValue: string | null) =>
    (globals.window as EventTarget).dispatchEvent(Object.assign(new Event('storage'), { key, newValue }))
  tell('streambed:outbox:https://one:a', null)
  tell('streambed:outbox:https://one:b', '{}')
  tell('streambed:outbox:https://other:c', null)
  tell(null, null)
  stop()
  tell('streambed:outbox:https://one:d', null)
  assert.deepEqual(removed, ['a'])
})

test('a page that may not use its storage gets one in memory', () => {
  globals.window = {
    get localStorage() {
      throw new Error('SecurityError')
    },
  }
  const storage = defaultStorage('https://one')
  storage.put(message('a', 1))
  assert.deepEqual(storage.all(), [message('a', 1)])
})

function openWindow(): Record<string, string> {
  const [local, session] = [itemStorage(), itemStorage()]
  Object.defineProperty(globals, 'localStorage', { value: local.storage, configurable: true, writable: true })
  Object.defineProperty(globals, 'sessionStorage', { value: session.storage, configurable: true, writable: true })
  globals.window = Object.assign(new EventTarget(), { localStorage: local.storage })
  return local.items
}

/** As browsers have it: the items are its own enumerable properties. */
function itemStorage() {
  const items: Record<string, string> = {}
  const storage = new Proxy(items, {
    get: (_, name) =>
      ({
        getItem: (key: string) => items[key] ?? null,
        setItem: (key: string, value: string) => void (items[key] = value),
        removeItem: (key: string) => void delete items[key],
      })[String(name)],
  })
  return { items, storage }
}

function message(requestId: string, order: number): StoredMessage {
  return {
    requestId: requestId as RequestId,
    order,
    conversation: null,
    draft: 'draft',
    tab: 'tab',
    text: 'Hello',
    parts: [{ type: 'text', text: 'Hello' }],
    at: '2026-01-01T00:00:00.000Z',
    error: null,
  }
}
