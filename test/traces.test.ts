import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otlpReceiver } from '../packages/otel/src/otlp-receiver.fixture.ts'
import { openHouse } from './contracts/harness/house.ts'

const CANARY = 'canary-4711'

test('a server that is told where sends the spans of a run, its model calls and tools, the last ones when it goes', async () => {
  await using receiver = await otlpReceiver()
  await using house = await openHouse({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } })
  const answer = await fetch(`${house.url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: `What time is it in Oslo? ${CANARY}` }),
  })
  assert.match(await answer.text(), /event: done/)
  house.server.signal('SIGTERM')
  await house.server.gone

  const names = new Set(receiver.spans.map(({ name }) => name.replace(/^chat .*/, 'chat')))
  assert.deepEqual([...names].sort(), ['chat', 'execute_tool current_time', 'invoke_agent assistant'])
  const run = receiver.spans.find(({ name }) => name.startsWith('invoke_agent'))!
  assert.match(String(run.attributes['gen_ai.conversation.id']), /^c_\w+$/)
  assert.equal(run.attributes['streambed.run.reason'], 'done')
  assert.ok(Number(run.attributes['gen_ai.usage.output_tokens']) > 0)
  assert.ok(receiver.spans.every(({ ms }) => ms <= run.ms))
  assert.ok(!receiver.requests.some(({ text }) => text.includes(CANARY)))
})
