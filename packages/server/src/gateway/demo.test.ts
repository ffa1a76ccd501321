import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testGateway } from './gateway.fixture.ts'

const ask = (url: string, kind: string) =>
  fetch(`${url}/v1/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind }),
  })

test('with the demo model things can be broken on purpose', async () => {
  const done: string[] = []
  const mischief = { throttle: () => void done.push('throttle'), cut: () => void done.push('cut') }
  await using gateway = await testGateway([], { mischief })
  const answers = [await ask(gateway.url, 'cut'), await ask(gateway.url, 'throttle'), await ask(gateway.url, 'burn')]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 400],
  )
  assert.deepEqual(done, ['cut', 'throttle'])
})

test('with Bedrock itself nothing can', async () => {
  await using gateway = await testGateway([])
  assert.equal((await ask(gateway.url, 'cut')).status, 404)
})
