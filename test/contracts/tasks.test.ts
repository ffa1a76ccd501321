import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type House, openHouse } from './harness/house.ts'
import { type Frame, openSocket } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'
import { assertConnection, assertTaskFrame, openChatWindow } from './scripts/chat-window.ts'

// Contract 5: /api/v1/chat/ws/chat, and the REST beside it.

const PATH = '/api/v1/chat/ws/chat'
const BEGIN = ['Initializing session...', 'Processing your message...', 'Analyzing your request...']
const ROW = [
  'abandoned',
  'content',
  'id',
  'is_complete',
  'message_type',
  'session_id',
  'socket_connection_id',
  'timestamp',
  'user_chat_id',
  'user_id',
  'user_intent_id',
]

describe('tasks', () => {
  let house: House
  let rest: string
  before(async () => {
    house = await openHouse()
    rest = `${house.url}/api/v1/chat`
  })
  after(() => house[Symbol.asyncDispose]())
  const open = (chat?: string) => openChatWindow(house.socketUrl(PATH), chat)

  test('an alarm that is told whole is set at once, step by step', async () => {
    using chat = await open()
    const turn = await chat.say('Set an alarm for 05:45 called Rowing', { mood: 'ignored' })
    assert.deepEqual(turn.thinking, [
      ...BEGIN,
      'Intent recognized: create_alarm',
      'Extracting parameters from your request...',
      'Executing your request...',
      'Generating final response...',
    ])
    assert.equal(turn.response?.['is_complete'], true)
    assert.match(turn.response['content'], /Rowing.*05:45/s)
    assert.equal(turn.frames.find(({ highlight }) => highlight)?.['highlight'], 'create_alarm')
    assert.equal(turn.component, undefined)
    const { items } = (await request('GET', `${house.url}/v1/alarms`)).body
    assert.ok(items.some(({ label, time }: Frame) => label === 'Rowing' && time === '05:45'))
  })

  test('what is missing is asked for with a form, whose wrong values come back on it', async () => {
    using chat = await open('chat_missing')
    const asked = await chat.say('I need an alarm called Pills')
    assert.deepEqual(asked.thinking.slice(-2), [
      'Extracting parameters from your request...',
      'Generating follow-up question...',
    ])
    assert.equal(asked.response?.['is_complete'], false)
    const form = asked.component!
    assert.equal(form['type'], 'alarm_form')
    assert.deepEqual(form['props'].missing, ['time'])
    assert.equal(form['props'].values.label, 'Pills')
    assert.ok('time' in form['props'].schema.properties)

    const wrong = await chat.act(form['id'], 'submit', { time: '31:00' })
    assert.equal(wrong.component!['id'], form['id'], 'the same form')
    assert.match(JSON.stringify(wrong.component!['props'].errors), /time/)
    assert.equal(wrong.component!['props'].values.label, 'Pills')

    const done = await chat.act(form['id'], 'submit', { time: '21:15', unknown: 'ignored' })
    assert.deepEqual(done.thinking.slice(-3), [
      'Extracting additional parameters...',
      'Executing your request...',
      'Generating final response...',
    ])
    assert.equal(done.response?.['is_complete'], true)
    assert.equal(done.response['user_intent_id'], asked.response['user_intent_id'])
    assert.equal(done.response['session_id'], asked.response['session_id'])

    const again = await chat.act(form['id'], 'submit', { time: '21:15' })
    assert.equal(again.frames.at(-1)!['type'], 'error', 'a form is answered once')
    const { items } = (await request('GET', `${house.url}/v1/alarms?limit=100`)).body
    assert.equal(items.filter(({ label }: Frame) => label === 'Pills').length, 1)
  })

  test('the same question may be answered in words', async () => {
    using chat = await open()
    const asked = await chat.say('Create alarm')
    const done = await chat.say('at 4:50 please')
    assert.ok(done.thinking.includes('Extracting additional parameters...'), done.thinking.join())
    assert.equal(done.response?.['is_complete'], true)
    assert.equal(done.response['user_intent_id'], asked.response?.['user_intent_id'])
    assert.match(done.response['content'], /04:50/)
    const late = await chat.act(asked.component!['id'], 'submit', { time: '05:00' })
    assert.equal(late.frames.at(-1)!['type'], 'error')
  })

  test('a cancelled form ends its intent without an alarm', async () => {
    using chat = await open()
    const asked = await chat.say('Make an alarm named Nothing')
    const cancelled = await chat.act(asked.component!['id'], 'cancel')
    assert.equal(cancelled.response?.['is_complete'], true)
    assert.equal(cancelled.response['user_intent_id'], asked.response?.['user_intent_id'])
    const next = await chat.say('List my alarms')
    assert.notEqual(next.response?.['user_intent_id'], asked.response?.['user_intent_id'])
    assert.doesNotMatch(next.response?.['content'], /Nothing/)
    const { items } = (await request('GET', `${rest}/sessions`)).body
    const session = items.find((one: Frame) => one['session_id'] === asked.response?.['session_id'])
    assert.ok(session === undefined || session['status'] === 'cancelled')
  })

  test('four ids, each with its own life', async () => {
    using chat = await open()
    const first = await chat.say('Set an alarm for 03:10 called Moon')
    const second = await chat.say('List my alarms')
    const third = await chat.say('Change the Moon alarm to 03:25')
    const fourth = await chat.say('Delete the Moon alarm')
    const turns = [first, second, third, fourth]
    assert.deepEqual(
      turns.map(({ response }) => response?.['is_complete']),
      [true, true, true, true],
    )
    const intents = turns.map(({ response }) => response?.['user_intent_id'])
    const sessions = turns.map(({ response }) => response?.['session_id'])
    assert.equal(new Set(intents).size, 4, 'an intent each')
    assert.equal(new Set(sessions).size, 4, 'a session each')
    assert.deepEqual(
      turns.map(({ frames }) => frames.find(({ highlight }) => highlight)?.['highlight']),
      ['create_alarm', 'list_alarms', 'change_alarm', 'delete_alarm'],
    )
    assert.match(second.response?.['content'], /Moon/)
    assert.match(third.response?.['content'], /03:25/)
    for (const { frames } of turns) assert.ok(frames.at(-1)!['session_id'])

    using again = await open(chat.chat)
    assert.notEqual(again.connection, chat.connection)
  })

  test('nothing learnt for one alarm goes into the next', async () => {
    using chat = await open()
    await chat.say('Set an alarm for 09:09 called Call in Tokyo time every Monday')
    await chat.say('Set an alarm for 10:10 called Plain')
    using other = await open()
    await other.say('Set an alarm for 11:11 called Elsewhere')
    const { items } = (await request('GET', `${house.url}/v1/alarms?limit=100`)).body
    const zone = (label: string) => items.find((alarm: Frame) => alarm['label'] === label).zone
    assert.equal(zone('Call'), 'Asia/Tokyo')
    assert.deepEqual(
      [zone('Plain'), zone('Elsewhere')],
      Array(2).fill(Intl.DateTimeFormat().resolvedOptions().timeZone),
    )
    const plain = items.find(({ label }: Frame) => label === 'Plain')
    assert.deepEqual(plain.days, [])
  })

  test('{"message": …} alone is a message', async () => {
    using chat = await open()
    chat.socket.send({ message: 'Set an alarm for 22:22' })
    const frames = await chat.socket.until(({ type }) => type === 'response')
    for (const frame of frames) assertTaskFrame(frame, chat.chat, chat.connection)
    assert.equal(frames.at(-1)!['is_complete'], true)
  })

  test('messages sent at once are answered in order', async () => {
    using chat = await open()
    for (const time of ['01:01', '02:02', '03:03']) chat.socket.send({ message: `Set an alarm for ${time}` })
    for (const time of ['01:01', '02:02', '03:03']) {
      const frames = await chat.socket.until(({ type }) => type === 'response')
      assert.match(frames.at(-1)!['content'], new RegExp(time))
    }
  })

  test('a known window is resumed with its history, and its open form can be filled in', async () => {
    let asked: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['say']>>
    {
      using chat = await open('chat_resumed')
      await chat.say('Set an alarm for 20:40 called Tea')
      asked = await chat.say('Another alarm called Biscuits')
    }
    using socket = await openSocket(house.socketUrl(PATH))
    assertConnection(await socket.next())
    socket.send({ type: 'hello', user_chat_id: 'chat_resumed' })
    const connection = await socket.next()
    assertConnection(connection)
    assert.equal(connection['resumed'], true)
    const replay = await socket.until(({ type }) => type === 'component')
    for (const frame of replay) assertTaskFrame(frame, 'chat_resumed')
    assert.deepEqual(
      replay.filter(({ type }) => type === 'message').map(({ message }) => message),
      ['Set an alarm for 20:40 called Tea', 'Another alarm called Biscuits'],
    )
    assert.ok(replay.filter(({ type }) => type === 'thinking').length > 8, 'the steps are part of the history')
    const form = replay.at(-1)!['component']
    assert.equal(form.id, asked.component!['id'])
    assert.equal(form.props.values.label, 'Biscuits')
    socket.send({ type: 'action', component_id: form.id, action: 'submit', values: { time: '20:50' } })
    const done = (await socket.until(({ type }) => type === 'response')).at(-1)!
    assert.equal(done['is_complete'], true)
    assert.equal(done['user_intent_id'], asked.response?.['user_intent_id'])
    assert.equal(done['socket_connection_id'], connection['socket_connection_id'])
  })

  test('a window that two have opened before anything was said in it shows the same to both', async () => {
    using one = await open('chat_both')
    using two = await open('chat_both')
    const { frames } = await one.say('Set an alarm for 04:10 called Bakery')
    const seen = await two.socket.until(({ type }) => type === 'response')
    const shown = ({ type, content }: Frame) => [type, content]
    assert.deepEqual(seen.map(shown), frames.map(shown))
    for (const frame of seen) assertTaskFrame(frame, 'chat_both', two.connection)
  })

  test('an unknown window is not resumed; a window that was closed for good is not, either', async () => {
    using chat = await open('chat_closing')
    await chat.say('Create alarm')
    chat.socket.send({ type: 'close_chat', user_chat_id: 'chat_closing' })
    const after = await chat.say('List my alarms').catch(() => undefined)
    if (after?.response) assert.notEqual(after.response['user_intent_id'], null)
    const { items } = (await request('GET', `${rest}/history?user_chat_id=chat_closing`)).body
    assert.ok(items.length > 0, 'what was said stays in the history')
    const sessions = (await request('GET', `${rest}/sessions`)).body['items']
    const open_ = sessions.filter((one: Frame) => one['user_chat_id'] === 'chat_closing' && one['status'] === 'open')
    assert.deepEqual(open_, [])
  })

  test('what cannot be understood gets an error frame, and the connection stays', async () => {
    using chat = await open()
    const nonsense: readonly (string | object)[] = [
      'alarm',
      '{"type":',
      '[]',
      'null',
      '3',
      {},
      { type: 'sing' },
      { type: 'message' },
      { type: 'message', message: '' },
      { type: 'message', message: '   ' },
      { message: '\n' },
      { type: 'message', message: 8 },
      { type: 'message', message: 'x'.repeat(32_001) },
      { type: 'action' },
      { type: 'action', component_id: 'nothing', action: 'submit', values: {} },
      { type: 'action', component_id: 'nothing', action: 'explode' },
      { type: 'hello', user_chat_id: 12 },
    ]
    for (const frame of nonsense) {
      if (typeof frame === 'string') chat.socket.write(frame)
      else chat.socket.send(frame)
      const answer = await chat.socket.next()
      assert.equal(answer['type'], 'error', JSON.stringify([frame, answer]))
      assertTaskFrame(answer, chat.chat, chat.connection)
    }
    assert.ok((await chat.say('List my alarms')).response)
  })

  test('a frame over 128 KiB closes with 1009', async () => {
    using chat = await open()
    chat.socket.write(JSON.stringify({ message: 'x'.repeat(128 * 1024) }))
    assert.equal(await chat.socket.closed, 1009)
  })

  test('without a socket one request does the same', async () => {
    const first = await request('POST', `${rest}/message`, { message: 'Create an alarm called Fallback', extra: 1 })
    assert.equal(first.status, 200)
    const { frames, user_chat_id } = first.body as { frames: Frame[]; user_chat_id: string }
    for (const frame of frames) assertTaskFrame(frame, user_chat_id, null)
    assert.equal(frames.at(-1)!['type'], 'component')
    const { id } = frames.at(-1)!['component']
    const action = { type: 'action', component_id: id, action: 'submit', values: { time: '23:10' }, user_chat_id }
    const second = await request('POST', `${rest}/message`, action)
    assert.equal(second.status, 200, second.text)
    assert.equal(second.body['frames'].at(-1).is_complete, true)

    const hello = (await request('POST', `${rest}/message`, { type: 'hello', user_chat_id })).body['frames']
    assert.deepEqual([hello[0].type, hello[0].status, hello[0].resumed], ['connection', 'connected', true])
    assert.ok(hello.slice(1).every(({ replayed }: Frame) => replayed === true))
    const closed = (await request('POST', `${rest}/message`, { type: 'close_chat', user_chat_id })).body['frames']
    assert.equal(closed[0].status, 'closed')
    const anew = (await request('POST', `${rest}/message`, { type: 'hello', user_chat_id })).body
    assert.notEqual(anew['user_chat_id'], user_chat_id)
    assert.equal(anew['frames'][0].resumed, false)

    for (const body of [{}, { message: ' ' }, { message: 4 }, '{"message"', { type: 'what' }]) {
      const refused = await request('POST', `${rest}/message`, body)
      assert.equal(refused.status, 400, refused.text)
      assert.equal(typeof refused.body['error'].code, 'string')
    }
    const big = await request('POST', `${rest}/message`, { message: 'x'.repeat(129 * 1024) })
    assert.equal(big.status, 413)
  })

  test('the history has its columns, in order, page by page', async () => {
    using chat = await open('chat_history')
    await chat.say('Set an alarm for 12:34 called Lunch')
    await chat.say('List my alarms')
    const at = `${rest}/history?user_chat_id=chat_history`
    const whole = (await request('GET', at)).body['items']
    for (const row of whole) assert.deepEqual(Object.keys(row).sort(), ROW)
    assert.equal(new Set(whole.map(({ id }: Frame) => id)).size, whole.length)
    assert.deepEqual(
      whole
        .filter(({ message_type }: Frame) => message_type !== 'thinking')
        .map(({ message_type }: Frame) => message_type),
      ['user', 'ai', 'user', 'ai'],
    )
    assert.equal(whole[0].content, 'Set an alarm for 12:34 called Lunch')
    assert.equal(whole.findLast(({ message_type }: Frame) => message_type === 'ai').is_complete, true)
    assert.ok(whole.every((row: Frame) => row['socket_connection_id'] === chat.connection))

    const paged: Frame[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Frame = (await request('GET', `${at}&limit=5${cursor && `&cursor=${encodeURIComponent(cursor)}`}`))
        .body
      assert.ok(page['items'].length <= 5)
      paged.push(...page['items'])
      cursor = page['cursor']
    }
    assert.deepEqual(paged, whole)
    const unknown = await request('GET', `${rest}/history?user_chat_id=chat_never`)
    assert.ok(unknown.status === 404 || unknown.body['items'].length === 0)
    assert.equal((await request('GET', `${rest}/history`)).status, 400)
    assert.equal((await request('GET', `${at}&cursor=nonsense`)).status, 400)
  })

  test('sessions are listed and can be ended, which leaves the socket and the history', async () => {
    using chat = await open()
    const asked = await chat.say('Create alarm')
    const session = asked.response?.['session_id']
    const listed = (await request('GET', `${rest}/sessions`)).body['items']
    assert.ok(listed.some((one: Frame) => one['session_id'] === session && one['user_chat_id'] === chat.chat))
    const ended = await request('DELETE', `${rest}/sessions/${session}`)
    assert.ok(ended.status === 204 || ended.status === 200)
    const next = await chat.say('List my alarms')
    assert.notEqual(next.response?.['session_id'], session)
    const { items } = (await request('GET', `${rest}/history?user_chat_id=${chat.chat}`)).body
    assert.equal(items[0].content, 'Create alarm')
    assert.ok([404, 204].includes((await request('DELETE', `${rest}/sessions/s_never`)).status))
  })

  test('a form filled in over a socket is kept as said over it', async () => {
    using chat = await open('chat_socket_form')
    const asked = await chat.say('Create alarm')
    await chat.act(asked.component!['id'], 'submit', { time: '13:31' })
    const { items } = (await request('GET', `${rest}/history?user_chat_id=chat_socket_form`)).body
    assert.deepEqual(
      items
        .filter((row: Frame) => row['socket_connection_id'] !== chat.connection)
        .map(({ content }: Frame) => content),
      [],
    )
  })

  test('it is well', async () => {
    const health = await request('GET', `${rest}/health`)
    assert.equal(health.status, 200)
    assert.match(health.text, /ok|healthy/)
  })
})

describe('tasks that nobody goes on with', () => {
  test('are abandoned, and resumed when the user comes back', async () => {
    await using house = await openHouse({ env: { STREAMBED_TASK_MINUTES: '0.02' } })
    const url = house.socketUrl(PATH)
    using chat = await openChatWindow(url, 'chat_left')
    const asked = await chat.say('I would like an alarm called Stretching')
    const intent = asked.response?.['user_intent_id']
    const rows = async () =>
      (await request('GET', `${house.url}/api/v1/chat/history?user_chat_id=chat_left`)).body['items']
    const events = `${house.url}/v1/conversations/chat_left/events`
    for (let seq = 0; ; ) {
      const page: Frame = (await request('GET', `${events}?after=${seq}&wait=8`)).body
      assert.ok(page['events'].length > 0, 'it is abandoned')
      if (page['events'].some(({ outcome }: Frame) => outcome === 'abandoned')) break
      seq = page['position'].seq
    }
    assert.ok((await rows()).some(({ abandoned }: Frame) => abandoned))
    const back = await chat.say('at 18:05')
    assert.equal(back.response?.['user_intent_id'], intent, 'the same intent')
    assert.equal(back.response?.['is_complete'], true)
    assert.match(back.response?.['content'], /18:05/)
    const alarms = (await request('GET', `${house.url}/v1/alarms`)).body['items']
    assert.deepEqual(
      alarms.map(({ label, time }: Frame) => [label, time]),
      [['Stretching', '18:05']],
    )
  })
})
