import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import type { Bearers } from '../../accounts/tokens.ts'
import { says } from '../../model/scripted.ts'
import { connect, type TestSocket } from '../gateway.fixture.ts'
import { ask, type House, openHouse, PASSWORD } from './house.fixture.ts'

test('signing in gives a cookie that no script reads and no other site sends', async () => {
  await using house = await openHouse()
  const { email } = await house.join('lab', 'member', 'ada')
  const [status, me, headers] = await ask(house, { origin: house.url }, 'POST', '/v1/auth/sign-in', {
    email,
    password: PASSWORD,
  })
  assert.deepEqual([status, me.email, me.role, me.organisation], [200, email, 'member', 'lab'])
  assert.match(
    headers.get('set-cookie')!,
    /^streambed=sbs_[0-9a-f]{32}_[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  assert.equal(headers.get('cache-control'), 'no-store')
})

test('a cookie that was there before is not the one that is signed in, and an old session ends', async () => {
  await using house = await openHouse()
  const ada = await house.join('lab', 'member', 'ada')
  const eve = await house.join('lab', 'member', 'eve')
  const said = { email: ada.email, password: PASSWORD }
  const [, , headers] = await ask(house, eve.headers, 'POST', '/v1/auth/sign-in', said)
  const [, cookie] = headers.get('set-cookie')!.match(/^([^;]+)/)!
  assert.notEqual(cookie, eve.headers['cookie'])
  const [, me] = await ask(house, { cookie: cookie! }, 'GET', '/v1/account')
  assert.equal(me.email, ada.email)
  assert.equal((await ask(house, eve.headers, 'GET', '/v1/account'))[0], 401)
  const [both] = await ask(house, { cookie: `${cookie}; ${ada.headers['cookie']}` }, 'GET', '/v1/account')
  assert.equal(both, 401, 'of two cookies one was planted')
})

test('a cookie counts only in requests of our own pages', async () => {
  await using house = await openHouse({ origins: ['https://app.example'] })
  const { headers } = await house.join('lab', 'member', 'ada')
  const cookie = headers['cookie']!
  const own = house.url
  const table: readonly (readonly [method: string, extra: Record<string, string>, status: number])[] = [
    ['POST', { origin: own }, 201],
    ['POST', { origin: own, 'sec-fetch-site': 'same-origin' }, 201],
    ['POST', { 'sec-fetch-site': 'same-origin' }, 201],
    ['POST', {}, 403],
    ['POST', { 'sec-fetch-site': 'none' }, 403],
    ['POST', { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', { 'sec-fetch-site': 'same-site' }, 403],
    ['POST', { origin: 'https://app.example' }, 403],
    ['POST', { origin: 'https://evil.example' }, 403],
    ['POST', { origin: 'null' }, 403],
    ['POST', { origin: own.replace('127.0.0.1', 'localhost') }, 403],
    ['POST', { origin: `${own}.evil.example` }, 403],
    ['POST', { origin: own.replace(/:\d+$/, ':1') }, 403],
    ['POST', { origin: own.replace('//', '//me@') }, 403],
    ['POST', { origin: `${own}/` }, 403],
    ['GET', {}, 200],
    ['GET', { 'sec-fetch-site': 'none' }, 200],
    ['GET', { 'sec-fetch-site': 'same-origin' }, 200],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    ['GET', { origin: 'https://app.example' }, 403],
    ['GET', { origin: 'https://evil.example' }, 403],
  ]
  for (const [method, extra, status] of table) {
    const body = method === 'POST' ? {} : undefined
    const [actual] = await ask(house, { cookie, ...extra }, method, '/v1/conversations', body)
    assert.equal(actual, status, `${method} ${JSON.stringify(extra)}`)
  }
})

test('no answer lets a page of another origin send cookies', async () => {
  await using house = await openHouse({ origins: ['https://app.example', '*'] })
  for (const origin of ['https://app.example', 'https://evil.example', 'null', house.url]) {
    for (const [method, path] of [
      ['OPTIONS', '/v1/conversations'],
      ['GET', '/v1/conversations'],
      ['OPTIONS', '/api/chat'],
      ['POST', '/api/chat'],
    ] as const) {
      const [, , headers] = await ask(house, { origin }, method, path)
      assert.equal(headers.get('access-control-allow-credentials'), null)
      const allowed = headers.get('access-control-allow-origin')
      assert.ok(allowed === null || allowed === '*' || allowed === 'https://app.example', `${origin}: ${allowed}`)
    }
  }
})

test('a socket with a cookie is our own page’s, and says so', async () => {
  await using house = await openHouse({ origins: ['https://app.example'] })
  const { headers } = await house.join('lab', 'member', 'ada')
  const cookie = headers['cookie']!
  const { host } = new URL(house.url)
  for (const origin of [
    undefined,
    'null',
    'https://app.example',
    'https://evil.example',
    `http://evil.example/${host}`,
    `${house.url}.evil.example`,
    `http://evil${host}`,
    `http://${host.toUpperCase()}.`,
    house.url.replace('127.0.0.1', 'localhost'),
    house.url.replace(/:\d+$/, ''),
    house.url.replace('http', 'ws'),
    house.url.replace('//', '//user@'),
    'http://xn--127-0-0-1.example',
  ])
    assert.equal(await refusal(house, '/ws', { cookie, ...(origin !== undefined && { origin }) }), 403, origin)
  await using socket = await connect(house.url, '/ws', { cookie, origin: house.url })
  socket.send({ type: 'ping' })
  assert.equal((await socket.next()).type, 'pong')
})

test('a socket without a proof is refused before the upgrade', async () => {
  await using house = await openHouse()
  const { headers } = await house.join('lab', 'member', 'ada')
  const origin = house.url
  for (const proof of [
    {},
    { cookie: 'streambed=' },
    { cookie: 'streambed=sbs_1_2' },
    { cookie: `other=${headers['cookie']}` },
    { authorization: 'Bearer sbk_1_2' },
    { authorization: `Bearer ${headers['cookie']!.split('=')[1]}` },
    { authorization: `Basic ${Buffer.from('ada:x').toString('base64')}`, cookie: headers['cookie']! },
    { authorization: '', cookie: headers['cookie']! },
  ])
    assert.equal(await refusal(house, '/ws', { origin, ...proof }), 401, JSON.stringify(proof))
  for (const path of ['/ws', '/ws/calls', '/ws/chat', '/ws/dashboard', '/api/v1/chat/ws/chat'])
    assert.equal(await refusal(house, path, { origin }), 401, path)
})

test('a ticket opens one socket, of the page it is for', async () => {
  await using house = await openHouse({ origins: ['https://app.example', 'https://other.example'] })
  const ada = await house.join('lab', 'member', 'ada')
  const authorization = `Bearer ${await house.keyOf(ada, ['read'])}`
  const page = 'https://app.example'
  const ticketOf = async (headers: Record<string, string>, body: object) => {
    const [status, answer] = await ask(house, headers, 'POST', '/v1/tickets', body)
    assert.equal(status, 201)
    return `/ws?ticket=${answer.ticket}`
  }
  const byPage = await ticketOf({ authorization, origin: page }, {})
  {
    await using socket = await connect(house.url, byPage, { origin: page })
    socket.send({ type: 'watch', requestId: 'w' })
    assert.deepEqual(await socket.next(), { type: 'ack', requestId: 'w' })
    socket.send({ type: 'send', requestId: 's', text: 'Hi' })
    assert.equal((await socket.next()).error.code, 'forbidden', 'its key only reads')
  }
  assert.equal(await refusal(house, byPage, { origin: page }), 401)
  const byServer = await ticketOf({ authorization }, { origin: page })
  assert.equal(await refusal(house, byServer, { origin: 'https://other.example' }), 401)
  const forNoPage = await ticketOf({ authorization }, {})
  assert.equal(await refusal(house, forNoPage, { origin: page }), 401)
  const [status] = await ask(house, { authorization, origin: page }, 'POST', '/v1/tickets', {
    origin: 'https://other.example',
  })
  assert.equal(status, 403)
})

test('a window that was opened as somebody else does not go on with another one’s cookie', async () => {
  await using house = await openHouse({ answers: [says('Hi')] })
  const ada = await house.join('lab', 'member', 'ada')
  const inMill = await house.join('mill', 'member', 'ada')
  const as = (org: string) => encodeURIComponent(JSON.stringify([org, ada.user]))
  const said = { requestId: 'q1', text: 'For the lab alone' }
  const asLab = { 'x-streambed-as': as('lab') }
  assert.equal((await ask(house, { ...ada.headers, ...asLab }, 'GET', '/v1/conversations'))[0], 200)
  assert.equal((await ask(house, { ...inMill.headers, ...asLab }, 'GET', '/v1/conversations'))[0], 401)
  assert.equal((await ask(house, { ...inMill.headers, ...asLab }, 'POST', '/v1/messages', said))[0], 401)
  assert.equal((await ask(house, { ...inMill.headers, 'x-streambed-as': 'x' }, 'GET', '/v1/account'))[0], 401)
  const address = (org: string) => `/ws?as=${encodeURIComponent(as(org))}`
  assert.equal(await refusal(house, address('lab'), inMill.headers), 401)
  await using socket = await connect(house.url, address('mill'), inMill.headers)
  socket.send({ type: 'ping' })
  assert.equal((await socket.next()).type, 'pong')
  const [, ways] = await ask(house, { ...inMill.headers, ...asLab }, 'GET', '/v1/auth')
  assert.equal(ways.me.organisation, 'mill', 'it can ask who is signed in now')
  assert.deepEqual((await house.engine.store.list(inMill.principal.owner, { limit: 10 })).items, [])
})

test('signing out ends sockets, streams and long-polls, and they do not come back', async () => {
  const gate = Promise.withResolvers<void>()
  await using house = await openHouse({ answers: [[{ until: gate.promise }, ...says('Hi')]] })
  const ada = await house.join('lab', 'member', 'ada')
  const bob = await house.join('lab', 'member', 'bob')
  const [, { conversation, run }] = await ask(house, ada.headers, 'POST', '/v1/messages', {
    requestId: 'q1',
    text: 'Hi',
  })
  const path = `/v1/conversations/${conversation}/events`
  await using socket = await connect(house.url, '/ws', ada.headers)
  await using others = await connect(house.url, '/ws', bob.headers)
  socket.send({ type: 'follow', conversation, after: 0 })
  await socket.next((frame) => frame.type === 'message')
  const stream = await fetch(house.url + path, { headers: { ...ada.headers, accept: 'text/event-stream' } })
  const broken = assert.rejects(stream.text())
  const given = assert.rejects(ask(house, ada.headers, 'GET', `${path}?after=4&wait=60`))
  const closed = closing(socket)

  const [status, , headers] = await ask(house, ada.headers, 'POST', '/v1/auth/sign-out')
  assert.deepEqual([status, headers.get('set-cookie')], [204, 'streambed=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'])
  assert.equal((await closed)[0], 4401)
  await Promise.all([broken, given])
  assert.equal(await refusal(house, '/ws', ada.headers), 401)
  assert.equal((await ask(house, ada.headers, 'GET', path))[0], 401)
  others.send({ type: 'ping' })
  assert.equal((await others.next()).type, 'pong')
  gate.resolve()
  await house.engine.active.get(run)?.over // the run belongs to no socket
})

test('a session that another server has ended is found out without a hint', async () => {
  await using house = await openHouse()
  const ada = await house.join('lab', 'member', 'ada')
  const authorization = `Bearer ${await house.keyOf(ada, ['read'])}`
  await using bySession = await connect(house.url, '/ws', ada.headers)
  await using byKey = await connect(house.url, '/ws', { authorization })
  const closed = [bySession, byKey].map(closing)
  const start = performance.now()
  const [key] = await house.accounts.store.list('key', { user: ada.user })
  await house.accounts.store.apply([
    { remove: { kind: 'session', id: ada.principal.credential!.split(' ')[1]! } },
    { remove: { kind: 'key', id: key!.id } },
  ])
  assert.deepEqual(
    (await Promise.all(closed)).map(([code]) => code),
    [4401, 4401],
  )
  assert.ok(performance.now() - start < 5_000)
})

test('keys are made by people who sign in here; who comes by key or token is told what to do', async () => {
  const bearers: Bearers = {
    identify: async (token) => ({
      owner: { org: 'jwt:all', user: `jwt:${token}` },
      role: 'member',
      scopes: ['read', 'write', 'admin'],
      via: 'token',
      credential: null,
      until: house.clock.now + 60_000,
    }),
  }
  await using house = await openHouse({ bearers, answers: [says('Hi')] })
  const ada = await house.join('lab', 'owner', 'ada')
  const byKey = { authorization: `Bearer ${await house.keyOf(ada, ['read', 'write', 'admin'])}` }
  const byToken = { authorization: 'Bearer some.jwt.token' }
  const make = (headers: Record<string, string>) => ask(house, headers, 'POST', '/v1/account/keys', { title: 'ci' })
  assert.equal((await make(ada.headers))[0], 201)
  for (const [headers, text] of [
    [byKey, /Sign in as its owner/],
    [byToken, /sign in with an account of this server/],
  ] as const) {
    const [status, { error }] = await make(headers)
    assert.deepEqual([status, error.code], [403, 'forbidden'])
    assert.match(error.message, text)
  }

  const [, { run }] = await ask(house, byToken, 'POST', '/v1/messages', { requestId: 'q', text: 'Hi' })
  await house.engine.active.get(run)?.over
  const [, mine] = await ask(house, byToken, 'GET', '/v1/me/export')
  assert.equal(mine.conversations.length, 1)
  assert.equal((await ask(house, byKey, 'DELETE', '/v1/me'))[0], 403, 'a key erases nobody')
  assert.equal((await ask(house, byToken, 'DELETE', '/v1/me'))[0], 204)
  const [, left] = await ask(house, byToken, 'GET', '/v1/me/export')
  assert.deepEqual(left.conversations, [])
})

test('a token that ends takes its socket along', async () => {
  const bearers: Bearers = {
    async identify(token) {
      const owner = { org: 'jwt:all', user: `jwt:${token}` }
      return {
        owner,
        role: 'member',
        scopes: ['read', 'write'],
        via: 'token',
        credential: null,
        until: house.clock.now + 1_000,
      }
    },
  }
  await using house = await openHouse({ bearers })
  await using socket = await connect(house.url, '/ws', { authorization: 'Bearer some.jwt.token' })
  const closed = closing(socket)
  house.clock.now += 1_000
  assert.equal((await closed)[0], 4401)
})

test('a request that is sent while the socket is being closed does nothing', async () => {
  await using house = await openHouse({ answers: [says('Hi')] })
  const ada = await house.join('lab', 'member', 'ada')
  await using socket = await connect(house.url, '/ws', ada.headers)
  const closed = closing(socket)
  socket.socket.on('message', () => {})
  await ask(house, ada.headers, 'POST', '/v1/auth/sign-out')
  socket.send({ type: 'send', requestId: 'late', text: 'Hi' })
  await closed
  assert.deepEqual((await house.engine.store.list(ada.principal.owner, { limit: 10 })).items, [])
})

test('a viewer’s frames read, in every dialect', async () => {
  await using house = await openHouse()
  const { headers } = await house.join('lab', 'viewer', 'vic')
  for (const [path, reading, writing] of [
    ['/ws', { type: 'watch' }, { type: 'send', requestId: 'q', text: 'Hi' }],
    [
      '/ws/dashboard',
      { id: '1', type: 'chat.list_sessions', data: {} },
      { id: '2', type: 'chat.send_message', data: { message: 'Hi' } },
    ],
    [
      '/ws',
      { id: '1', type: 'chat.list_sessions', data: {} },
      { id: '2', type: 'chat.send_message', data: { message: 'Hi' } },
    ],
    ['/ws/calls', undefined, { action: 'makecall', prompt: 'Rain' }],
    ['/ws/chat', undefined, { message: 'Hi' }],
    ['/api/v1/chat/ws/chat', { type: 'hello' }, { type: 'message', message: 'Hi' }],
  ] as const) {
    await using socket = await connect(house.url, path, headers)
    if (reading) {
      socket.send(reading)
      assert.ok(!JSON.stringify(await socket.next()).includes('forbidden'), path)
    }
    socket.send(writing)
    await socket.next((frame) => JSON.stringify(frame).includes('"forbidden"'))
  }
})

test('whoever is signed in accepts an invitation as themselves, and goes on in its organisation', async () => {
  await using house = await openHouse()
  const ada = await house.join('lab', 'member', 'ada')
  const eve = await house.join('mill', 'admin', 'eve')
  const inviteAda = async () =>
    (await ask(house, eve.headers, 'POST', '/v1/invitations', { email: ada.email, role: 'viewer' }))[1].token
  const token = await inviteAda()
  const [stolen, refused] = await ask(house, eve.headers, 'POST', '/v1/account/accept', { token })
  assert.deepEqual([stolen, refused.error.code], [410, 'link-spent'], 'it is for somebody else')
  const [status, me, headers] = await ask(house, ada.headers, 'POST', '/v1/account/accept', { token })
  assert.deepEqual([status, me.organisation, me.role, me.organisations.length], [200, 'mill', 'viewer', 2])
  assert.equal((await ask(house, ada.headers, 'GET', '/v1/account'))[0], 401, 'the session at the lab is over')
  const [, cookie] = headers.get('set-cookie')!.match(/^([^;]+)/)!
  const again = { cookie: cookie!, origin: house.url }
  const [, back] = await ask(house, again, 'POST', '/v1/account/organisation', { organisation: 'lab' })
  assert.deepEqual([back.organisation, back.role], ['lab', 'member'])
})

test('what signing in needs is not limited to those who are in', async () => {
  await using house = await openHouse()
  const [, before] = await ask(house, {}, 'GET', '/v1/auth')
  assert.deepEqual(before, { ways: ['password'], provider: null, firstRun: true, me: null })
  const { headers } = await house.join('local', 'owner', 'ada')
  const [, after] = await ask(house, headers, 'GET', '/v1/auth')
  assert.deepEqual([after.firstRun, after.me.role], [false, 'owner'])
  for (const path of ['/v1/health', '/v1/ready', '/api/v1/chat/health'])
    assert.notEqual((await ask(house, {}, 'GET', path))[0], 401, path)
})

test('without sign-in nothing of it is there, and everybody is the one user', async () => {
  const { testGateway } = await import('../gateway.fixture.ts')
  await using gateway = await testGateway([])
  const [, answer] = await ask(gateway, {}, 'GET', '/v1/auth')
  assert.deepEqual(answer, {
    ways: ['local'],
    provider: null,
    firstRun: false,
    me: {
      user: 'local',
      email: null,
      name: null,
      organisation: 'local',
      organisations: [],
      role: 'owner',
      via: 'local',
      hasPassword: false,
    },
  })
  assert.equal((await ask(gateway, { authorization: 'Bearer anything' }, 'GET', '/v1/conversations'))[0], 200)
  assert.equal((await ask(gateway, {}, 'POST', '/v1/auth/sign-in', { email: 'a@b', password: 'x' }))[0], 404)
})

/** Resolves with the code with which a socket is closed; it must be within 5 s (P77). */
function closing({ socket }: TestSocket): Promise<readonly [code: number, reason: Buffer]> {
  return once(socket, 'close', { signal: AbortSignal.timeout(5_000) }) as Promise<[number, Buffer]>
}

/** The status with which an upgrade is refused. */
async function refusal(house: House, path: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(house.url.replace('http', 'ws') + path, { headers })
  const [, response] = await Promise.race([
    once(socket, 'unexpected-response'),
    once(socket, 'open').then(() => {
      socket.terminate()
      return [undefined, undefined]
    }),
  ])
  socket.on('error', () => {})
  socket.terminate()
  return response?.statusCode
}
