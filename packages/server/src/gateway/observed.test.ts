import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineAgent } from '../agent/agent.ts'
import { callsTools, says } from '../model/scripted.ts'
import { openLog } from '../observe/log.ts'
import { openMetrics } from '../observe/metrics.ts'
import { currentTime } from '../tools/current-time.ts'
import { ask, openHouse } from './auth/house.fixture.ts'
import { connect, testGateway } from './gateway.fixture.ts'

const CANARY = 'canary4711'
const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

test('the log names requests, runs and conversations, and nothing that anybody has said', async () => {
  let log = ''
  const script = [
    callsTools({ name: 'current_time', input: { zone: CANARY } }),
    says(`I heard ${CANARY}`),
    [new Error(CANARY.slice(0, 3)), new SyntaxError(CANARY)],
  ]
  const lines = openLog('trace', { write: (line) => void (log += line) })
  const agents = [defineAgent({ name: 'assistant', instructions: CANARY, tools: [currentTime] })]
  await using gateway = await testGateway(script, { log: lines, agents })
  const { url } = gateway
  const answer = await post(`${url}/api/chat`, JSON.stringify({ prompt: CANARY }), { 'x-request-id': 'from-the-proxy' })
  assert.equal(answer.headers.get('x-request-id'), 'from-the-proxy')
  assert.match(await answer.text(), new RegExp(CANARY))
  await (await post(`${url}/api/chat`, `{"prompt": ${CANARY}}`)).text()
  await (await post(`${url}/v1/conversations`, JSON.stringify({ title: CANARY }))).text()
  await (await post(`${url}/v1/messages`, JSON.stringify({ requestId: CANARY, agent: CANARY, text: CANARY }))).text()
  for (const path of [`/v1/conversations?query=${CANARY}`, `/v1/conversations/${CANARY}x`, `/${CANARY}`, '/v1/usage'])
    await (await fetch(url + path, { headers: { authorization: `Bearer ${CANARY}`, cookie: CANARY } })).text()
  await using socket = await connect(url, `/ws?ticket=${CANARY}`)
  socket.send({ type: 'send', requestId: 'q1', text: CANARY })
  await socket.next(({ type }) => type === 'ack')
  socket.send(`{"type": "${CANARY}"`)
  await socket.next(({ type }) => type === 'error')
  await Promise.all([...gateway.engine.active.values()].map(({ over }) => over))

  assert.ok(!log.includes(CANARY), log)
  const entries = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const first = entries.find(({ request }) => request === 'from-the-proxy')
  assert.match(`${first.method} ${first.route} ${first.status} ${first.user}`, /^POST \/api\/chat 200 local$/)
  assert.match(`${first.conversation} ${first.run}`, /^c_\w+ r_\w+$/)
})

test('metrics tell what has happened and what is there now', async () => {
  await using gateway = await testGateway([says('Hello')], { metrics: openMetrics() })
  await (await post(`${gateway.url}/api/chat`, JSON.stringify({ prompt: 'Hi' }))).text()
  await using _socket = await connect(gateway.url, '/ws')
  const response = await fetch(`${gateway.url}/metrics`)
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  for (const line of [
    'streambed_runs_total{reason="done",limit=""} 1',
    'streambed_model_calls_total{model="anthropic.claude-haiku-4-5-20251001-v1:0",estimated="false"} 1',
    'streambed_tokens_total{model="anthropic.claude-haiku-4-5-20251001-v1:0",kind="output"} 5',
    'streambed_first_token_seconds_count 1',
    'streambed_requests_total{method="POST",route="/api/chat",status="200"} 1',
    'streambed_sockets 1',
    'streambed_active_runs 0',
  ])
    assert.ok(text.includes(`${line}\n`), line)
  assert.match(text, /^streambed_event_loop_lag_p99_seconds [\d.e-]+$/m)
})

test('metrics are for whoever asks from this machine, and otherwise for admins of the server', async () => {
  await using house = await openHouse()
  const status = async (headers: Readonly<Record<string, string>>) => (await ask(house, headers, 'GET', '/metrics'))[0]
  const proxied = { 'x-forwarded-for': '192.0.2.7' }
  const root = await house.join('local', 'admin', 'root')
  const ada = await house.join('lab', 'owner', 'ada')
  assert.deepEqual(
    [await status({}), await status(proxied), await status({ ...proxied, ...ada.headers })],
    [200, 401, 403],
  )
  assert.equal(await status({ ...proxied, ...root.headers }), 200)
})
