import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type House, openHouse } from './harness/house.ts'
import { type Frame, openSocket, type RawSocket } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'
import { askDashboard, assertChatError, readDashboard } from './scripts/ask-dashboard.ts'

// Contract 3: /ws/dashboard, and any socket whose frames have `type: "chat.…"`.

describe('dashboard chat', () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  for (const path of ['/ws/dashboard', '/ws']) {
    test(`${path}: a whole message and a streamed one are the stored ones`, async () => {
      using socket = await openSocket(house.socketUrl(path))
      const sessionId = `window of ${path}`
      const whole = await askDashboard(socket, 'q 1', {
        sessionId,
        message: 'Tell me about lighthouses',
        colour: 'blue',
      })
      const streamed = await askDashboard(socket, 'q-2', { sessionId, message: 'And about tides', streaming: true })
      assert.equal(whole.sessionId, sessionId)
      assert.equal(streamed.sessionId, sessionId)
      assert.notEqual(whole.messageId, streamed.messageId)

      socket.send({ id: 'q3', type: 'chat.get_history', data: { sessionId } })
      const history = await socket.next()
      assert.deepEqual([history['id'], history['type'], history['data'].sessionId], ['q3', 'chat.history', sessionId])
      const { messages } = history['data']
      assert.deepEqual(
        messages.map(({ role, content }: Frame) => [role, content]),
        [
          ['user', 'Tell me about lighthouses'],
          ['assistant', whole.content],
          ['user', 'And about tides'],
          ['assistant', streamed.content],
        ],
      )
      assert.deepEqual(
        messages.filter(({ role }: Frame) => role === 'assistant').map(({ messageId }: Frame) => messageId),
        [whole.messageId, streamed.messageId],
      )
      for (const { timestamp } of messages) assert.match(timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    })
  }

  test('without a session one is made, and goes on', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    const first = await askDashboard(socket, '1', { message: 'My name is Wilhelmina', streaming: true })
    const other = await askDashboard(socket, '2', { message: 'Hello', streaming: false, sessionId: null })
    assert.notEqual(first.sessionId, other.sessionId)
    const then = await askDashboard(socket, '3', { sessionId: first.sessionId, message: 'What is my name?' })
    assert.match(then.content, /Wilhelmina/)
    const stored = await request('GET', `${house.url}/v1/conversations/${first.sessionId}`)
    assert.equal(stored.status, 200)
    assert.equal(stored.body['messages'].length, 4)
  })

  test('an id may be a number, and comes back as one', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    socket.send({ id: 7, type: 'chat.send_message', data: { message: 'Hello' } })
    const { id, type } = await socket.next()
    assert.deepEqual([id, type], [7, 'chat.message_response'])
    socket.send({ id: 0, type: 'chat.get_history', data: {} })
    assert.deepEqual((await socket.next())['id'], 0)
  })

  test('several requests at once, each answered under its id', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    const asked = [3, 5, 7, 9, 11].map((n) => ({
      id: `sum-${n}`,
      message: `What is ${n} times 111?`,
      answer: `${n * 111}`,
    }))
    for (const [i, { id, message }] of asked.entries()) {
      socket.send({ id, type: 'chat.send_message', data: { sessionId: id, message, streaming: i % 2 === 0 } })
    }
    socket.send({ id: 'list', type: 'chat.list_sessions' })
    const answers = new Map<string, Frame[]>()
    let open = asked.length + 1
    while (open > 0) {
      const frame = await socket.next()
      answers.set(frame['id'], [...(answers.get(frame['id']) ?? []), frame])
      if (/response|complete|sessions|error/.test(frame['type'])) open -= 1
    }
    for (const [i, { id, answer }] of asked.entries()) {
      const { content, sessionId } = readDashboard(answers.get(id)!, i % 2 === 0)
      assert.equal(sessionId, id)
      assert.match(content, new RegExp(answer))
    }
    assert.equal(answers.get('list')![0]!['type'], 'chat.sessions')
  })

  test('messages to one session wait their turn', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    const data = { sessionId: 'queue', streaming: true }
    for (const i of [1, 2, 3, 4])
      socket.send({ id: `${i}`, type: 'chat.send_message', data: { ...data, message: `Number ${i}` } })
    const ids: string[] = []
    while (ids.length < 4) {
      const frame = await socket.next()
      assert.notEqual(frame['type'], 'chat.error')
      if (frame['type'] === 'chat.message_complete') ids.push(frame['id'])
      else assert.equal(frame['id'], `${ids.length + 1}`, 'nothing of the next before the end of this one')
    }
    assert.deepEqual(ids, ['1', '2', '3', '4'])
  })

  test('tools are shown with their result', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    const message = 'What time is it in Reykjavik right now?'
    const { frames } = await askDashboard(socket, 'tool', { message, streaming: true })
    const uses = frames.filter(({ type }) => type === 'chat.tool_use')
    const results = frames.filter(({ type }) => type === 'chat.tool_result')
    assert.ok(uses.length >= 1)
    assert.deepEqual(
      uses.map(({ data }) => data.callId),
      results.map(({ data }) => data.callId),
    )
    assert.equal(uses[0]!['data'].name, 'current_time')
    assert.match(JSON.stringify(uses[0]!['data'].input), /Reykjavik/)
    const whole = await askDashboard(socket, 'whole', { message })
    assert.equal(whole.frames.length, 1, 'without streaming there is one answer')
  })

  test('a stop ends the running answer, which says so', async () => {
    await using slow = await openHouse({ env: { STREAMBED_DEMO_PACE: 'natural' } })
    using socket = await openSocket(slow.socketUrl('/ws/dashboard'))
    const data = { sessionId: 'long', message: 'Write 2000 words about moss', streaming: true }
    socket.send({ id: 'ask', type: 'chat.send_message', data })
    assert.equal((await socket.next())['type'], 'chat.message_stream')
    socket.send({ id: 'halt', type: 'chat.stop', data: { sessionId: 'long' } })
    const frames = await socket.until(({ type }) => type === 'chat.message_complete')
    const end = frames.at(-1)!
    assert.equal(end['id'], 'ask')
    assert.equal(end['data'].stopped, true)
    const next = await askDashboard(socket, 'then', { sessionId: 'long', message: 'Hello again' })
    assert.ok(next.content.length > 0)
  })

  test('sessions are listed, and a cleared one is gone', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    const { sessionId } = await askDashboard(socket, 'a', { sessionId: 'to be cleared', message: 'Remember this' })
    socket.send({ id: 'b', type: 'chat.list_sessions', data: {} })
    const list = await socket.next()
    assert.deepEqual([list['id'], list['type']], ['b', 'chat.sessions'])
    assert.ok(list['data'].sessions.some((session: Frame) => session['sessionId'] === sessionId))
    socket.send({ id: 'c', type: 'chat.clear_session', data: { sessionId } })
    assert.deepEqual(await socket.next(), { id: 'c', type: 'chat.session_cleared', data: { sessionId } })
    socket.send({ id: 'd', type: 'chat.list_sessions', data: {} })
    assert.ok(!(await socket.next())['data'].sessions.some((session: Frame) => session['sessionId'] === sessionId))
    socket.send({ id: 'e', type: 'chat.get_history', data: { sessionId } })
    const history = await socket.next()
    if (history['type'] === 'chat.error') assertChatError(history, 'e', 'not-found')
    else assert.deepEqual(history['data'].messages, [])
  })

  test('what cannot be understood gets an error with the id of its request, and the connection stays', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    const nonsense: readonly [frame: string | object, id: string | null][] = [
      ['chat', null],
      ['{"id": "x", "type": ', null],
      ['[1]', null],
      ['null', null],
      [{ type: 'chat.send_message', data: { message: 'no id' } }, null],
      [{ id: 'u1', type: 'chat.fly', data: {} }, 'u1'],
      [{ id: 'u2', type: 'chat.send_message' }, 'u2'],
      [{ id: 'u3', type: 'chat.send_message', data: {} }, 'u3'],
      [{ id: 'u4', type: 'chat.send_message', data: { message: '\n' } }, 'u4'],
      [{ id: 'u5', type: 'chat.send_message', data: { message: 3 } }, 'u5'],
      [{ id: 'u6', type: 'chat.send_message', data: { message: 'm'.repeat(32_001) } }, 'u6'],
      [{ id: 'u7', type: 'chat.send_message', data: { message: 'hi', streaming: 'yes' } }, 'u7'],
      [{ id: 'u8', type: 'chat.get_history', data: {} }, 'u8'],
      [{ id: 'u9', type: 'chat.get_history', data: { sessionId: 'never seen' } }, 'u9'],
      [{ id: 'u10', type: 'chat.stop', data: { sessionId: 'never seen' } }, 'u10'],
      [{ id: 'u11', type: 'chat.stop' }, 'u11'],
      [{ id: 'u12', type: 'chat.clear_session', data: {} }, 'u12'],
      [{ id: 'u13' }, 'u13'],
    ]
    for (const [frame, id] of nonsense) {
      if (typeof frame === 'string') socket.write(frame)
      else socket.send(frame)
      assertChatError(await socket.next(), id)
    }
    await stillWorks(socket)
  })

  test('a frame over 128 KiB closes with 1009', async () => {
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    socket.send({ id: 'big', type: 'chat.send_message', data: { message: 'hello', pad: 'p'.repeat(128 * 1024) } })
    assert.equal(await socket.closed, 1009)
  })

  test('an answer outlives the socket that asked for it', async () => {
    const data = { sessionId: 'leaves early', message: 'Explain gravity', streaming: true }
    {
      using socket = await openSocket(house.socketUrl('/ws/dashboard'))
      socket.send({ id: 'bye', type: 'chat.send_message', data })
      await socket.next()
    }
    using socket = await openSocket(house.socketUrl('/ws/dashboard'))
    await askDashboard(socket, 'back', { sessionId: 'leaves early', message: 'Go on' }) // waits for its turn
    socket.send({ id: 'h', type: 'chat.get_history', data: { sessionId: 'leaves early' } })
    const { messages } = (await socket.next())['data']
    assert.deepEqual(
      messages.map(({ role }: Frame) => role),
      ['user', 'assistant', 'user', 'assistant'],
    )
    assert.ok(messages[1].content.length > 0)
  })
})

async function stillWorks(socket: RawSocket): Promise<void> {
  assert.ok((await askDashboard(socket, 'after all', { message: 'Hello?' })).content)
}
