import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientFrame } from '@streambed/protocol'
import { DashboardRequest } from '../../dialects/dashboard.ts'
import { TasksRequest } from '../../dialects/tasks.ts'
import { TALKS } from '../talks.ts'
import { type Answer, ask } from './house.fixture.ts'
import { type Actor, CANARY, NOTHING, openWorld, type World } from './matrix.fixture.ts'
import { headersOf, outcome, ROWS, type Row, requestOf, SOCKET_ROWS, settled, shape, tell } from './rows.fixture.ts'

const OTHERS: readonly Actor[] = ['colleague', 'stranger', 'viewer', 'readingKey', 'revoked', 'anonymous']

test('every route has a row, and every row a route', async () => {
  await using world = await openWorld()
  const routes = world.house.routes.filter((route) => !/^(HEAD|OPTIONS) /.test(route))
  assert.deepEqual(Object.keys(ROWS).sort(), [...new Set(routes)].sort())
})

test('every route, asked by everybody', async (t) => {
  await using world = await openWorld()
  const rows = Object.entries(ROWS).flatMap(([route, rows]) => [rows].flat().map((row) => ({ route, row: row as Row })))
  const seen = { others: 0 }
  const before = await adasThings(world)
  for (const { route, row } of rows) {
    if (route === 'POST /v1/auth/sign-out') continue // it ends the session of whoever asks; see the last row's turn
    for (const actor of OTHERS) {
      const answer = await ask(world.house, headersOf(world, actor, row), ...requestOf(route, row, world.adas))
      const name = `${route} by ${actor}`
      seen.others++
      if (row.about === 'open') assert.equal(outcome(answer), row.ada, name)
      else await checkOther(world, actor, route, row, answer, name)
    }
  }
  assert.deepEqual(await adasThings(world), before, 'nobody else has changed anything of hers')
  for (const { route, row } of rows) {
    const answer = await ask(world.house, headersOf(world, 'ada', row), ...requestOf(route, row, world.adas))
    assert.equal(outcome(answer), row.ada, `${route} by Ada: ${JSON.stringify(answer[1])}`)
    await settled(world)
  }
  t.diagnostic(`${seen.others} requests by others, ${rows.length} by Ada`)
})

async function checkOther(
  world: World,
  actor: Actor,
  route: string,
  row: Row,
  answer: Answer,
  name: string,
): Promise<void> {
  const isReading = row.reads ?? route.startsWith('GET ')
  const [status] = answer
  if (actor === 'anonymous' || actor === 'revoked') return assert.equal(outcome(answer), '401 unauthorized', name)
  if (actor === 'readingKey') {
    const may = isReading && (row.about === 'own' || row.about === 'named')
    return assert.equal(outcome(answer), may ? row.ada : '403 forbidden', name)
  }
  assert.ok(!JSON.stringify(answer[1]).includes(CANARY), `${name} shows what is Ada's`)
  const isBelow = actor === 'viewer' || actor === 'colleague'
  if (row.about === 'server' || (row.about === 'people' && isBelow))
    return assert.equal(outcome(answer), '403 forbidden', name)
  if (actor === 'viewer' && !isReading && row.about !== 'account')
    return assert.equal(outcome(answer), '403 forbidden', name)
  if (row.about === 'own') return assert.equal(status, Number(row.ada.split(' ')[0]), name)
  // By name: what belongs to Ada must look the same as what is not there.
  const nothing = await ask(world.house, headersOf(world, actor, row), ...requestOf(route, row, NOTHING))
  const isNamed = JSON.stringify(requestOf(route, row, NOTHING)) !== JSON.stringify(requestOf(route, row, world.adas))
  if (isNamed) assert.deepEqual([answer[0], answer[1]], [nothing[0], nothing[1]], name)
  if (row.about === 'named' && isReading) assert.equal(status, 404, name)
}

test('every request of every socket has a row', () => {
  const types = (options: readonly { readonly shape: { readonly type: { readonly value: string } } }[]) =>
    options.map(({ shape }) => shape.type.value)
  const requests = [
    ...types(ClientFrame.options).map((type) => `/ws ${type}`),
    ...types(DashboardRequest.options).map((type) => `/ws/dashboard ${type}`),
    ...types(TasksRequest.options).map((type) => `/api/v1/chat/ws/chat ${type}`),
    '/ws/chat message',
    '/ws/calls makecall',
  ]
  assert.deepEqual(Object.keys(SOCKET_ROWS).sort(), requests.sort())
  assert.deepEqual([...new Set(Object.values(SOCKET_ROWS).map(({ path }) => path))].sort(), Object.keys(TALKS).sort())
})

test('every request of every socket, by everybody', async () => {
  await using world = await openWorld()
  const before = await adasThings(world)
  for (const [name, row] of Object.entries(SOCKET_ROWS)) {
    for (const actor of ['colleague', 'stranger', 'viewer', 'readingKey'] as const) {
      const told = await tell(world, actor, row, world.adas)
      const is = `${name} by ${actor}`
      if (!row.reads && (actor === 'viewer' || actor === 'readingKey')) assert.match(shape(told), / forbidden$/, is)
      else if (actor === 'readingKey') assert.equal(shape(told), row.ada, is)
      else {
        assert.ok(!JSON.stringify(told).includes(CANARY), `${is} shows what is Ada's`)
        assert.equal(shape(told), shape(await tell(world, actor, row, NOTHING)), is)
      }
    }
  }
  await settled(world)
  assert.deepEqual(await adasThings(world), before, 'nobody else has changed anything of hers')
  for (const [name, row] of Object.entries(SOCKET_ROWS)) {
    const told = await tell(world, 'ada', row, world.adas)
    assert.equal(shape(told), row.ada, `${name} by Ada: ${JSON.stringify(told)}`)
    await settled(world)
  }
})

/** All that Ada sees of hers. */
async function adasThings({ house, ada, adas }: World): Promise<unknown> {
  const paths = [
    `/v1/conversations/${adas.conversation}`,
    `/v1/notes/${adas.record}`,
    `/v1/files/${adas.file}`,
    `/v1/conversations`,
    `/v1/notes`,
    `/v1/account/keys`,
    `/v1/account`,
    `/v1/invitations`,
    `/v1/budgets`,
    `/api/v1/chat/history?user_chat_id=${adas.window}`,
  ]
  return Promise.all(paths.map(async (path) => (await ask(house, ada.headers, 'GET', path))[1]))
}
