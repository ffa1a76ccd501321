import assert from 'node:assert/strict'
import { test } from 'node:test'
import agent from '../../../../agents/tasks/index.ts'
import { fireDue } from '../clockwork/clockwork.ts'
import { callsTools, type ScriptedAnswer, says } from '../model/scripted.ts'
import { type Frame, connect as open, type TestGateway, type TestSocket, testGateway } from './gateway.fixture.ts'

const PATH = '/api/v1/chat/ws/chat'
const calls = (name: string, input: object): ScriptedAnswer => callsTools({ name, input })
const creates = (input: object): ScriptedAnswer => calls('create_alarm', input)
const WATER = { label: 'Water plants' }
const halfAnAlarm = [creates(WATER), says('When should it ring?')]

const gatewayWith = (answers: readonly ScriptedAnswer[]): Promise<TestGateway> =>
  testGateway(answers, { agents: [agent] })
const connect = (gateway: TestGateway): Promise<TestSocket> => open(gateway.url, PATH)

const isResponse = ({ type }: Frame): boolean => type === 'response'
const isForm = ({ type }: Frame): boolean => type === 'component'
const isConnection = ({ type }: Frame): boolean => type === 'connection'

/** What a frame says, without the ids. */
function said({ type, content, step, is_complete, component }: Frame): string {
  if (type === 'thinking') return `${step}: ${content}`
  if (type === 'response') return `${is_complete ? 'end' : 'ask'}: ${content}`
  return type === 'component' ? `form: ${component.type} ${component.props.missing}` : type
}

async function post(gateway: TestGateway, path: string, body: object): Promise<Frame> {
  const response = await fetch(`${gateway.url}/api/v1/chat/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json()
}

const get = async (gateway: TestGateway, path: string): Promise<Frame> => (await fetch(`${gateway.url}${path}`)).json()

test('an alarm by form, frame by frame, with every id in its own life', async () => {
  await using gateway = await gatewayWith([
    ...halfAnAlarm,
    says('It rings at 18:20.'),
    calls('list_alarms', {}),
    says('One.'),
  ])
  await using socket = await connect(gateway)
  const greeting = await socket.next()
  assert.deepEqual(
    { ...greeting, socket_connection_id: '', user_chat_id: '', timestamp: '' },
    {
      type: 'connection',
      status: 'connected',
      socket_connection_id: '',
      user_chat_id: '',
      resumed: false,
      timestamp: '',
    },
  )
  assert.ok(greeting.socket_connection_id && greeting.user_chat_id)
  socket.send({ type: 'hello', user_chat_id: 'window-9' })
  const hello = await socket.next()
  assert.deepEqual([hello.user_chat_id, hello.resumed], ['window-9', false])

  socket.send({ type: 'message', message: 'Remind me to water the plants', user_chat_id: 'window-9', session_id: null })
  const asked = await socket.until(isForm)
  assert.deepEqual(asked.map(said), [
    'session: Initializing session...',
    'session: Processing your message...',
    'intent: Analyzing your request...',
    'intent: Intent recognized: create_alarm',
    'parameters: Extracting parameters from your request...',
    'answer: Generating follow-up question...',
    'ask: When should it ring?',
    'form: alarm_form time',
  ])
  const recognized = asked.findIndex(({ highlight }) => highlight === 'create_alarm')
  const intent = asked[recognized].user_intent_id
  assert.deepEqual(
    asked.map(({ user_intent_id }, i) => user_intent_id === (i < recognized ? null : intent)),
    asked.map(() => true),
  )
  const { component } = asked.at(-1)
  assert.deepEqual([component.props.values, component.props.missing, component.props.errors], [WATER, ['time'], []])
  assert.deepEqual(component.props.schema.required, ['time'])

  socket.send({ type: 'action', component_id: component.id, action: 'submit', values: { time: '18:20' } })
  const done = await socket.until(isResponse)
  assert.deepEqual(done.map(said), [
    'session: Processing your message...',
    'parameters: Extracting additional parameters...',
    'execution: Executing your request...',
    'answer: Generating final response...',
    'end: It rings at 18:20.',
  ])
  socket.send({ message: 'Which ones are there?' })
  const listed = await socket.until(isResponse)

  const all = [...asked, ...done, ...listed]
  assert.equal(new Set(all.map(({ user_chat_id }) => user_chat_id)).size, 1)
  assert.deepEqual(
    new Set(all.map(({ socket_connection_id }) => socket_connection_id)),
    new Set([greeting.socket_connection_id]),
  )
  assert.deepEqual(new Set([...asked, ...done].map(({ session_id }) => session_id)).size, 1)
  assert.equal(done.at(-1).user_intent_id, intent)
  assert.notEqual(listed.at(-1).session_id, done.at(-1).session_id)
  assert.ok(listed.at(-1).user_intent_id !== intent && listed.at(-1).is_complete)
  assert.ok(all.every(({ timestamp }) => new Date(timestamp).toISOString() === timestamp))
  const { items } = await get(gateway, '/v1/alarms')
  assert.deepEqual(
    items.map(({ label, time }: Frame) => [label, time]),
    [['Water plants', '18:20']],
  )
})

test('bad values come back on the same form, again and again, until they are right', async () => {
  await using gateway = await gatewayWith([...halfAnAlarm, says('Set.')])
  await using socket = await connect(gateway)
  socket.send({ message: 'Water the plants' })
  const { component } = await socket.next(isForm)
  const submit = { type: 'action', component_id: component.id, action: 'submit' }
  for (const _ of ['once', 'and once more']) {
    socket.send({ ...submit, values: { time: '31:00', days: ['noday'] } })
    const back = (await socket.next(isForm)).component
    assert.deepEqual([back.id, back.props.values, back.props.missing], [component.id, WATER, []])
    assert.deepEqual(
      back.props.errors.map(({ field }: Frame) => field),
      ['time', 'days.0'],
    )
  }
  socket.send({ ...submit, values: { time: '05:10', days: ['sun'] } })
  assert.equal(said(await socket.next(isResponse)), 'end: Set.')
  socket.send({ ...submit, values: { time: '05:11' } })
  const { code, user_chat_id, timestamp } = await socket.next(({ type }) => type === 'error')
  assert.deepEqual([code, Boolean(user_chat_id), Boolean(timestamp)], ['form-closed', true, true])
})

test('the user may answer in words, cancel by the form or change their mind in words', async () => {
  await using gateway = await gatewayWith([
    ...halfAnAlarm,
    creates({ ...WATER, time: '19:45' }),
    says('Set.'),
    ...halfAnAlarm,
    ...halfAnAlarm,
    calls('end_task', { outcome: 'cancelled' }),
    says('Dropped.'),
  ])
  await using socket = await connect(gateway)
  socket.send({ message: 'Water the plants' })
  const first = await socket.next(isForm)
  socket.send({ message: 'A quarter to eight in the evening' })
  const end = await socket.next(isResponse)
  assert.deepEqual(
    [said(end), end.user_intent_id, end.session_id],
    ['end: Set.', first.user_intent_id, first.session_id],
  )

  socket.send({ message: 'Water the plants again' })
  const second = await socket.next(isForm)
  socket.send({ type: 'action', component_id: second.component.id, action: 'cancel' })
  const cancelled = await socket.next(isResponse)
  assert.deepEqual([cancelled.is_complete, cancelled.user_intent_id], [true, second.user_intent_id])

  socket.send({ message: 'Water the plants, really' })
  const third = await socket.next(isForm)
  assert.equal(new Set([first, second, third].map(({ user_intent_id }) => user_intent_id)).size, 3)
  socket.send({ message: 'Oh, never mind' })
  assert.equal(said(await socket.next(isResponse)), 'end: Dropped.')
  socket.send({ type: 'action', component_id: third.component.id, action: 'submit', values: { time: '06:00' } })
  assert.equal((await socket.next(({ type }) => type === 'error')).code, 'form-closed')
})

test('nothing that one intent has learnt is shown to the model for the next', async () => {
  await using gateway = await gatewayWith([...halfAnAlarm, says('It rings at 18:20.'), creates({}), says('When?')])
  await using socket = await connect(gateway)
  socket.send({ message: 'Remind me to water the plants' })
  const { component } = await socket.next(isForm)
  socket.send({ type: 'action', component_id: component.id, action: 'submit', values: { time: '18:20' } })
  await socket.next(isResponse)
  socket.send({ message: 'Another alarm, please' })
  const next = await socket.next(isForm)
  assert.deepEqual([next.component.props.values, next.component.props.missing], [{}, ['time']])
  const shown = JSON.stringify(gateway.model.requests.at(-2)!.messages)
  assert.match(shown, /Earlier in this conversation: create_alarm \(completed\)/)
  assert.doesNotMatch(shown, /plants|18:20/)
})

test('a window is resumed on another socket: replayed as it was, its open form last', async () => {
  await using gateway = await gatewayWith([...halfAnAlarm, creates({ ...WATER, time: '07:07' }), says('Set.')])
  const live: Frame[] = []
  {
    await using socket = await connect(gateway)
    socket.send({ type: 'message', message: 'Water the plants', user_chat_id: 'desk' })
    live.push(...(await socket.until(isForm)).filter(({ type }) => type !== 'connection'))
  }
  await using socket = await connect(gateway)
  socket.send({ type: 'hello', user_chat_id: 'desk' })
  await socket.next(isConnection)
  assert.equal((await socket.next(isConnection)).resumed, true)
  const replayed = await socket.until(isForm)
  const [message, ...rest] = replayed
  assert.deepEqual([message.type, message.message, message.replayed], ['message', 'Water the plants', true])
  const { socket_connection_id } = message
  assert.deepEqual(
    rest,
    live.map((frame) => ({ ...frame, socket_connection_id, replayed: true })),
  )
  socket.send({ message: 'At seven past seven' })
  const end = await socket.next(({ type, replayed }) => type === 'response' && !replayed)
  assert.deepEqual([said(end), end.user_intent_id], ['end: Set.', live.at(-1).user_intent_id])
})

test('an intent that lies untouched is abandoned, and resumed in a new session when the user returns', async () => {
  await using gateway = await gatewayWith([...halfAnAlarm, creates({ ...WATER, time: '07:07' }), says('Set.')])
  await using socket = await connect(gateway)
  socket.send({ type: 'message', message: 'Water the plants', user_chat_id: 'desk' })
  const before = await socket.next(isForm)
  const later = { ...gateway.engine, now: () => new Date(Date.now() + 6 * 60_000) }
  await fireDue(later, Date.now())
  await fireDue(later, Date.now())
  const rows = async () => (await get(gateway, '/api/v1/chat/history?user_chat_id=desk')).items
  assert.ok((await rows()).every(({ abandoned, user_intent_id }: Frame) => abandoned === (user_intent_id !== null)))

  socket.send({ message: 'At seven past seven' })
  const after = await socket.next(isResponse)
  assert.deepEqual([said(after), after.user_intent_id], ['end: Set.', before.user_intent_id])
  assert.notEqual(after.session_id, before.session_id)
  assert.ok((await rows()).every(({ abandoned }: Frame) => !abandoned))
  const { items } = await get(gateway, '/api/v1/chat/sessions')
  assert.deepEqual(
    items.map(({ session_id, status }: Frame) => [session_id, status]),
    [
      [after.session_id, 'completed'],
      [before.session_id, 'abandoned'],
    ],
  )
})

test('one socket shows several windows, and each has its own intents', async () => {
  await using gateway = await gatewayWith([...halfAnAlarm, creates({ label: 'Tea' }), says('Tea when?'), says('Set.')])
  await using socket = await connect(gateway)
  socket.send({ type: 'message', message: 'Water the plants', user_chat_id: 'left' })
  const left = await socket.next(isForm)
  socket.send({ type: 'message', message: 'Tea', user_chat_id: 'right' })
  const right = await socket.next(isForm)
  assert.deepEqual(
    [left.user_chat_id, right.user_chat_id, right.component.props.values],
    ['left', 'right', { label: 'Tea' }],
  )
  socket.send({ type: 'action', component_id: left.component.id, action: 'submit', values: { time: '10:10' } })
  const end = await socket.next(isResponse)
  assert.deepEqual([end.user_chat_id, end.user_intent_id], ['left', left.user_intent_id])
})

test('a chat that was closed for good ends its intents, keeps its history, and is not resumed', async () => {
  await using gateway = await gatewayWith(halfAnAlarm)
  await using socket = await connect(gateway)
  socket.send({ type: 'message', message: 'Water the plants', user_chat_id: 'desk' })
  await socket.next(isForm)
  socket.send({ type: 'close_chat', user_chat_id: 'desk' })
  assert.equal((await socket.next(isConnection)).status, 'closed')
  socket.send({ type: 'hello', user_chat_id: 'desk' })
  const hello = await socket.next(isConnection)
  assert.deepEqual([hello.resumed, hello.user_chat_id === 'desk'], [false, false])
  const { items } = await get(gateway, '/api/v1/chat/history?user_chat_id=desk')
  assert.deepEqual([items[0].content, items.at(-1).abandoned], ['Water the plants', true])
  socket.send({ type: 'message', message: 'Still there?', user_chat_id: 'desk' })
  assert.equal((await socket.next(({ type }) => type === 'error')).code, 'not-found')
})

test('what cannot be read is refused with the ids, and the socket stays', async () => {
  await using gateway = await gatewayWith([says('Here.')])
  await using socket = await connect(gateway)
  await socket.next()
  for (const [frame, code] of [
    ['{"message": ', 'bad-request'],
    [{ type: 'dance' }, 'unknown-type'],
    [{ type: 'message', message: '  \n ' }, 'blank-prompt'],
    [{ type: 'action', component_id: 'o_none', action: 'submit' }, 'not-found'],
    [{ type: 'action', component_id: 'o_none', action: 'shred' }, 'unknown-action'],
    [[1, 2], 'bad-request'],
  ] as const) {
    socket.send(frame)
    const error = await socket.next()
    assert.deepEqual([error.type, error.code], ['error', code])
    assert.ok('session_id' in error && error.socket_connection_id && error.user_chat_id)
  }
  socket.send({ message: 'Hello?' })
  assert.equal(said(await socket.next(isResponse)), 'end: Here.')
})

test('a run that fails ends in an error with its code', async () => {
  await using gateway = await gatewayWith([])
  await using socket = await connect(gateway)
  socket.send({ message: 'Hello?' })
  const { code, session_id } = await socket.next(({ type }) => type === 'error')
  assert.deepEqual([code, Boolean(session_id)], ['model-failed', true])
})

test('without a socket: all frames in one answer, also of a form', async () => {
  await using gateway = await gatewayWith([...halfAnAlarm, says('Set.')])
  const asked = await post(gateway, 'message', { message: 'Water the plants', user_chat_id: 'fallback' })
  assert.deepEqual(
    [asked.user_chat_id, asked.is_complete, asked.frames.at(-2).content],
    ['fallback', false, 'When should it ring?'],
  )
  const { component, socket_connection_id } = asked.frames.at(-1)
  assert.equal(socket_connection_id, null)
  const action = { type: 'action', user_chat_id: 'fallback', component_id: component.id, action: 'submit' }
  const wrong = await post(gateway, 'message', { ...action, values: { time: 'soon' } })
  assert.deepEqual(
    wrong.frames.map(({ component }: Frame) => component.props.errors[0].field),
    ['time'],
  )
  const done = await post(gateway, 'message', { ...action, values: { time: '21:21' } })
  assert.deepEqual(
    [done.is_complete, done.user_intent_id, said(done.frames.at(-1))],
    [true, asked.user_intent_id, 'end: Set.'],
  )
  const blank = await post(gateway, 'message', { message: ' ' })
  assert.equal(blank.error.code, 'blank-prompt')
  assert.deepEqual(await get(gateway, '/api/v1/chat/health'), { status: 'ok' })
})

test('the history has every column, in pages; a cleared session leaves it as it is', async () => {
  await using gateway = await gatewayWith(halfAnAlarm)
  await using socket = await connect(gateway)
  const { socket_connection_id } = await socket.next()
  socket.send({ type: 'message', message: 'Water the plants', user_chat_id: 'desk' })
  const { user_intent_id, session_id } = await socket.next(isForm)
  const rows: Frame[] = []
  let cursor: string | null = null
  do {
    const page = await get(
      gateway,
      `/api/v1/chat/history?user_chat_id=desk&limit=3${cursor ? `&cursor=${cursor}` : ''}`,
    )
    rows.push(...page.items)
    cursor = page.cursor
  } while (cursor !== null)
  assert.deepEqual(
    rows.map(({ message_type }) => message_type),
    ['user', ...Array(6).fill('thinking'), 'ai'],
  )
  assert.deepEqual(
    { ...rows[0], id: '', timestamp: '' },
    {
      id: '',
      user_id: 'local',
      user_chat_id: 'desk',
      socket_connection_id,
      session_id,
      user_intent_id,
      message_type: 'user',
      content: 'Water the plants',
      timestamp: '',
      is_complete: false,
      abandoned: false,
    },
  )
  const { items } = await get(gateway, '/api/v1/chat/sessions')
  assert.deepEqual(
    items.map(({ session_id, intent, status, user_chat_id }: Frame) => [session_id, intent, status, user_chat_id]),
    [[session_id, 'create_alarm', 'active', 'desk']],
  )
  for (const _ of ['once', 'twice']) {
    const gone = await fetch(`${gateway.url}/api/v1/chat/sessions/${session_id}`, { method: 'DELETE' })
    assert.equal(gone.status, 204)
  }
  const after = await get(gateway, '/api/v1/chat/history?user_chat_id=desk')
  assert.deepEqual(
    after.items.map(({ id, content }: Frame) => [id, content]),
    rows.map(({ id, content }) => [id, content]),
  )
  assert.deepEqual((await get(gateway, '/api/v1/chat/sessions')).items[0].status, 'cancelled')
  assert.equal((await fetch(`${gateway.url}/api/v1/chat/sessions/s_nobody`, { method: 'DELETE' })).status, 404)
})

test('an alarm that rings reaches the window in which it was set', async () => {
  const time = new Date(Date.now() + 2 * 60 * 60_000).toISOString().slice(11, 16)
  await using gateway = await gatewayWith([creates({ time, label: 'Kettle', zone: 'UTC' }), says('Set.')])
  await using socket = await connect(gateway)
  socket.send({ message: 'The kettle, in two hours' })
  await socket.next(isResponse)
  const later = { ...gateway.engine, now: () => new Date(Date.now() + 121 * 60_000) }
  await fireDue(later, Date.now())
  const ring = await socket.next(isResponse)
  assert.deepEqual([ring.alarm.label, ring.alarm.time, ring.is_complete], ['Kettle', time, true])
})
