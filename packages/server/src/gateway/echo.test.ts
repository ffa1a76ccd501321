import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testGateway } from './gateway.fixture.ts'
import { LIMITS } from './limits.ts'

test('the echo tells what the server takes a request to be', async () => {
  await using gateway = await testGateway([])
  const headers = { 'x-request-id': 'from-the-doctor', 'x-forwarded-for': '203.0.113.7, 192.0.2.1' }
  const answer = await fetch(`${gateway.url}/v1/echo`, { headers })
  assert.deepEqual(await answer.json(), {
    request: 'from-the-doctor',
    address: '127.0.0.1',
    forwarded: 2,
    trusted: 0,
    publicUrl: null,
    cookie: null,
  })
})

test('the echo can be waited for', async () => {
  await using gateway = await testGateway([])
  const begun = performance.now()
  assert.equal((await fetch(`${gateway.url}/v1/echo?wait=0.2`)).status, 200)
  assert.ok(performance.now() - begun > 190)
})

test("the echo's stream writes the server's time, is silent, and ends", async () => {
  await using gateway = await testGateway([])
  const text = await (await fetch(`${gateway.url}/v1/echo/stream?ticks=3&every=50&silence=0.1`)).text()
  const times = [...text.matchAll(/^event: tick\ndata: ([\d.]+)$/gm)].map(([, time]) => Number(time))
  assert.equal(times.length, 3)
  assert.ok(times[1]! >= 45 && times[2]! >= times[1]! + 45, text)
  assert.ok(text.endsWith('event: end\ndata: {}\n\n'), text)
})

test('the echo counts an upload of the size that a file may have, refuses a larger one, and keeps neither', async () => {
  await using gateway = await testGateway([])
  const upload = (size: number) =>
    fetch(`${gateway.url}/v1/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(size),
    })
  assert.deepEqual(await (await upload(LIMITS.file)).json(), { bytes: LIMITS.file })
  assert.equal((await upload(LIMITS.file + 1)).status, 413)
})

test('nobody keeps a stream of the echo open for longer than it allows', async () => {
  await using gateway = await testGateway([])
  for (const query of ['silence=601', 'ticks=21', 'ticks=0', 'every=1001', 'every=0'])
    assert.equal((await fetch(`${gateway.url}/v1/echo/stream?${query}`)).status, 400, query)
})
