import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { openHouse } from './harness/house.ts'
import { type Frame, ofType, openSocket } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'

const ROOT = join(import.meta.dirname, '../..')
const GUIDE = readFileSync(join(ROOT, 'docs/guides/write-an-agent.md'), 'utf8')
const [, agentFile] = GUIDE.match(/```ts\n(\/\/ agents\/tables\.ts\n.*?)```/s) as [string, string]

/** A folder outside of the repository that finds the repository's packages. */
function workshop() {
  const folder = temporaryFolder()
  const agents = join(folder.path, 'agents')
  mkdirSync(agents)
  writeFileSync(join(agents, 'tables.ts'), agentFile)
  writeFileSync(join(folder.path, 'package.json'), '{"type": "module"}')
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'))
  return { agents, path: folder.path, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('the agent of the guide is one file of less than 60 lines, with no line too long', () => {
  const lines = agentFile.trimEnd().split('\n')
  assert.ok(lines.length < 60, `${lines.length} lines`)
  assert.deepEqual(
    lines.filter((line) => line.length > 120),
    [],
  )
})

test('it passes the type checker as it stands', async () => {
  using folder = workshop()
  const options = { include: ['agents'], extends: join(ROOT, 'tsconfig.json') }
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify(options))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', folder.path]).catch(({ stdout }) => assert.fail(stdout))
})

test('its tool is called, its form is asked and filled in, its record is listed', async () => {
  using folder = workshop()
  const brain = scriptBrain([
    {
      when: { text: 'Ada' },
      blocks: ['At once.', { tool: 'book_table', input: { name: 'Ada', guests: 2 } }],
      times: 1,
    },
    { when: { toolResult: 'book_table' }, text: 'Which day shall it be?', times: 1 },
    { when: { toolResult: 'book_table' }, text: 'Another day, then?', times: 1 },
    { when: { toolResult: 'book_table' }, text: 'A table for two is booked for Ada.', times: 1 },
  ])
  await using emulator = await startEmulator({ pace: 'instant', brain })
  await using house = await openHouse({ bedrockUrl: emulator.url, env: { STREAMBED_AGENTS_DIR: folder.agents } })
  const agents = await request('GET', `${house.url}/v1/agents`)
  assert.deepEqual(
    agents.body['items'].map(({ name }: Frame) => name),
    ['tables'],
  )

  using socket = await openSocket(house.socketUrl('/ws'))
  socket.send({ type: 'send', requestId: 'book', agent: 'tables', text: 'A table for Ada and me' })
  const { conversation } = await socket.next()
  socket.send({ type: 'follow', conversation, after: 0 })
  await socket.next()
  const asked = await socket.until(ofType('run-end'))
  const form = asked.find(ofType('form-request'))!
  assert.deepEqual([form['values'], form['missing'], form['errors']], [{ name: 'Ada', guests: 2 }, ['day'], []])
  assert.equal(asked.at(-1)!['reason'], 'done')

  const answer = `${house.url}/v1/conversations/${conversation}/forms/${form['form']}`
  const send = (values: object, requestId: string) => request('POST', answer, { requestId, action: 'submit', values })
  const refused = await send({ day: 'someday' }, 'wrong')
  assert.deepEqual([refused.status, refused.body['error'].code], [422, 'form-refused'])
  const corrected = await socket.next()
  assert.deepEqual(
    [corrected['type'], corrected['form'], corrected['errors'][0].field],
    ['form-request', form['form'], 'day'],
  )

  assert.equal((await send({ day: '2001-01-01' }, 'past')).status, 202)
  const over = await socket.until(ofType('run-end'))
  const again = over.findLast(ofType('form-request'))!
  assert.deepEqual(again['errors'], [{ field: 'day', message: 'That day is over.' }])
  const next = `${house.url}/v1/conversations/${conversation}/forms/${again['form']}`
  const done = await request('POST', next, { requestId: 'right', action: 'submit', values: { day: '2999-05-01' } })
  assert.equal(done.status, 202, done.text)
  const booked = await socket.until(ofType('run-end'))
  assert.equal(booked.find(ofType('tool-result'))?.['ok'], true)

  const list = await request('GET', `${house.url}/v1/bookings?day=2999-05-01`)
  assert.deepEqual(
    list.body['items'].map(({ name, day, guests }: Frame) => ({ name, day, guests })),
    [{ name: 'Ada', day: '2999-05-01', guests: 2 }],
  )
  assert.deepEqual((await request('GET', `${house.url}/v1/bookings?day=2001-01-01`)).body['items'], [])
})
