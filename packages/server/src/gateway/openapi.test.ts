import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from './auth/house.fixture.ts'
import { openWorld } from './auth/matrix.fixture.ts'
import { ROWS, type Row } from './auth/rows.fixture.ts'

/** What has no schema: it describes the others, or is a page. */
const HIDDEN = /openapi\.json$|\*|^GET \/v1\/auth\/oidc/

test('the description says how every route answers, and that each may fail', async () => {
  await using world = await openWorld()
  const [, { paths }] = await ask(world.house, world.cast.ada, 'GET', '/v1/openapi.json')
  for (const [route, rows] of Object.entries(ROWS)) {
    const [method, path] = route.split(' ') as [string, string]
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    if (!operation && HIDDEN.test(route)) continue
    assert.ok(operation, `${route} is described`)
    const { default: failure, ...answers } = operation.responses
    assert.deepEqual(failure.content['application/json'].schema.required, ['error'], route)
    for (const { ada } of [rows].flat() as Row[]) {
      const status = ada.slice(0, 3)
      if (status < '300') assert.ok(status in answers, `${route} answers ${status}, not ${Object.keys(answers)}`)
    }
    for (const [status, { content }] of Object.entries<{ content?: object }>(answers)) {
      assert.equal(content === undefined, status === '204', `${route} has a body unless it is done with 204`)
    }
  }
})
