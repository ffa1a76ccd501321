import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { testGateway } from '../../gateway/gateway.fixture.ts'
import type { Finding } from './finding.ts'
import { lookThrough } from './through.ts'

// test/proxies/nginx.test.ts looks through a real proxy.

const look = (url: string, idleMs = 0): Promise<Finding[]> =>
  Array.fromAsync(lookThrough({ url: new URL(url), key: {}, idleMs }))

test('a server with nothing before it is well, and nothing is left behind in it', async () => {
  await using gateway = await testGateway([])
  const findings = await look(gateway.url, 300)
  assert.deepEqual(
    findings.map(({ is, text }) => `${is}: ${text.replace(/\d+(?= ms)/, '#').replace(gateway.url, 'URL')}`),
    [
      'ok: Streambed 0.0.0 answers at URL.',
      'ok: It has no sign-in: one user, on its own machine.',
      'ok: No TLS, and none is needed: nothing leaves this machine.',
      'ok: Requests keep their ids.',
      'ok: Its own pages may use it, those of other origins may not.',
      'ok: Uploads of 4.5 MB get through.',
      'ok: Streams arrive as they are written, at most # ms late.',
      'ok: WebSockets get through.',
      'ok: A silent socket lives for 0 s.',
      'ok: A silent stream lives for 0 s.',
      'ok: A long-poll of 0.3 s is answered.',
    ],
  )
  const { items } = (await (await fetch(`${gateway.url}/v1/conversations`)).json()) as { readonly items: unknown[] }
  assert.deepEqual([items, gateway.model.requests], [[], []])
})

test('what is not there, is no Streambed or sends on is said to be so, and nothing more is tried', async () => {
  const page: RequestListener = (_, response) => response.setHeader('content-type', 'text/html').end('<p>Hello')
  const away: RequestListener = (_, response) => response.writeHead(301, { location: 'https://x.example/' }).end()
  const broken: RequestListener = (_, response) => response.writeHead(502, { server: 'awselb/2.0' }).end()
  const cut: RequestListener = (_, response) => response.destroy()
  for (const [listener, text] of [
    [page, /^What answers at \S+ is no Streambed: 200, text\/html\.$/],
    [away, /^\S+ sends on to https:\/\/x\.example\/; look there instead\.$/],
    [broken, /^The proxy answers 502 by itself: it does not reach the server\. ALB: the port of the target group/],
    [cut, /^Nothing answers at \S+, because the connection was cut\.$/],
  ] as const) {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const [finding, ...rest] = await look(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.close()
    assert.deepEqual([finding!.is, rest], ['wrong', []])
    assert.match(finding!.text, text)
  }
})
