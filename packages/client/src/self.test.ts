import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from './client.ts'

test('a client says whom it takes itself for, with every request and every socket', async () => {
  const said: (string | null)[] = []
  const asked = Promise.withResolvers<void>()
  const fetch = async (_: string | URL | Request, init?: RequestInit) => {
    said.push(new Headers(init?.headers).get('x-streambed-as'))
    asked.resolve()
    return Response.json({ items: [], cursor: null })
  }
  const addresses: string[] = []
  class Socket extends EventTarget {
    constructor(address: string) {
      super()
      addresses.push(address)
    }
    close() {}
  }
  const as = { organisation: 'g_1', user: 'u_ä' }
  const WebSocket = Socket as unknown as typeof globalThis.WebSocket // nothing else of it is used here
  using bySocket = createClient({ url: 'http://127.0.0.1:9', as, fetch, WebSocket, transports: ['websocket'] })
  using _ = createClient({ url: 'http://127.0.0.1:9', as, fetch, transports: ['sse'] })
  await asked.promise
  await bySocket.agents()
  const text = encodeURIComponent('["g_1","u_ä"]')
  assert.deepEqual(new Set(said), new Set([text]))
  assert.deepEqual(addresses, [`ws://127.0.0.1:9/ws?as=${encodeURIComponent(text)}`])
})
