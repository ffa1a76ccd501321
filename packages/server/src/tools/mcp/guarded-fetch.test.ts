import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { guardedFetch, isAllowed } from './guarded-fetch.ts'

const never = async (): Promise<readonly string[]> => assert.fail('nobody asks for the addresses of an address')

test('public addresses are allowed, all others only where they are named, and those that tell secrets never', () => {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    public: ['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'],
    loopback: ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
    private: ['10.1.2.3', '172.16.0.1', '192.168.1.1', 'fd00::1', '100.64.0.1', '::ffff:10.0.0.1'],
    never: [
      ...['169.254.169.254', '169.254.1.1', 'fe80::1', 'fd00:ec2::254', '100.100.100.200', '0.0.0.0', '::'],
      ...['224.0.0.1', 'ff02::1', '255.255.255.255', '240.0.0.1', '192.0.2.1', '2001:db8::1', '198.18.0.1'],
      ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', 'localhost', '', '1.2.3', '::ffff:169.254.169.254'],
    ],
  }
  for (const [kind, addresses] of Object.entries(kinds)) {
    for (const address of addresses) {
      const expected = [kind === 'public', ['public', 'loopback'].includes(kind), ['public', 'private'].includes(kind)]
      const found = [isAllowed(address, []), isAllowed(address, ['loopback']), isAllowed(address, ['private'])]
      assert.deepEqual(found, expected, address)
    }
  }
})

test('however this machine is spelled, it is not reached', async () => {
  const fetch = guardedFetch({ allow: [], resolve: never })
  const names = [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '127.0.0.1.', '①②⑦.⓪.⓪.①'],
    ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]', '[::]', '0', '0.0.0.0'],
    ...['169.254.169.254', '[fd00:ec2::254]', '2852039166', '0xa9fea9fe', '10.0.0.1', '192.168.0.1', '[fe80::1]'],
  ]
  for (const name of names) await assert.rejects(fetch(`https://${name}/`), /is refused/, name)
  await assert.rejects(fetch('http://8.8.8.8/'), /must be reached by https/)
  await assert.rejects(fetch('file:///etc/passwd'), /is refused/)
})

test('a name is refused when one of its addresses is', async () => {
  const to = (...addresses: string[]) => guardedFetch({ allow: [], resolve: async () => addresses })
  for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['2606:4700::1111', '::1'], []])
    await assert.rejects(to(...addresses)('https://example.com/'), /is refused/)
})

test('it connects to the address that was checked, whatever the name says next, and follows no redirect', async () => {
  const asked: string[] = []
  await using site = await listen((path) => {
    asked.push(path)
    return path === '/away' ? { status: 302, location: '/target' } : { status: 200 }
  })
  let looks = 0
  const resolve = async () => (looks++ === 0 ? ['127.0.0.1'] : ['169.254.169.254'])
  const fetch = guardedFetch({ allow: ['loopback'], resolve })
  const response = await fetch(`http://changing.example:${site.port}/away`)
  assert.deepEqual([response.status, response.headers.get('location')], [302, '/target'])
  await assert.rejects(fetch(`http://changing.example:${site.port}/target`), /169\.254\.169\.254 is not a place/)
  assert.deepEqual(asked, ['/away'])
})

test('what is sent and answered comes through; too much of it, or an abort, ends it', async () => {
  await using site = await listen((path, body) => ({
    status: 200,
    body: path === '/large' ? 'x'.repeat(17 << 20) : body,
  }))
  const fetch = guardedFetch({ allow: ['loopback'] })
  const url = `http://localhost:${site.port}`
  const headers = { 'content-type': 'application/json' }
  const echo = await fetch(url, { method: 'POST', headers, body: '{"grüße":1}' })
  assert.deepEqual(await echo.json(), { grüße: 1 })
  await assert.rejects((await fetch(`${url}/large`)).text())
  await assert.rejects(fetch(url, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

interface Answer {
  readonly status: number
  readonly location?: string
  readonly body?: string
}

async function listen(answer: (path: string, body: string) => Answer) {
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const { status, location, body: text } = answer(request.url!, body)
    response.writeHead(status, location ? { location } : {}).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
