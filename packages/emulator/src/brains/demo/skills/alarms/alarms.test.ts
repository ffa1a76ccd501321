import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Message } from '../../../../wire.ts'
import type { Piece } from '../../../brain.ts'
import { demoBrain } from '../../demo.ts'

const model = { id: 'm', name: 'Claude', provider: 'Anthropic', contextTokens: 200_000, maxOutputTokens: 64_000 }
const spec = (name: string) => ({ toolSpec: { name, description: name, inputSchema: { json: { type: 'object' } } } })
const tools = ['create_alarm', 'list_alarms', 'change_alarm', 'delete_alarm', 'current_time', 'end_task'].map(spec)

const user = (text: string): Message => ({ role: 'user', content: [{ text }] })
const used = (name: string, input: object): Message => ({
  role: 'assistant',
  content: [{ toolUse: { toolUseId: 'c1', name, input: input as never } }],
})
const came = (result: object | string, status: 'success' | 'error' = 'success'): Message => ({
  role: 'user',
  content: [
    {
      toolResult: {
        toolUseId: 'c1',
        status,
        content: [{ text: typeof result === 'string' ? result : JSON.stringify(result) }],
      },
    },
  ],
})
const answered = (text: string): Message => ({ role: 'assistant', content: [{ text }] })

function pieces(...messages: readonly Message[]): Piece[] {
  const request = { messages, toolConfig: { tools } }
  const answer = demoBrain().answer({ model, request, signal: new AbortController().signal, number: 1 })
  return [...(answer as { pieces: Iterable<Piece> }).pieces]
}

/** The first call of an answer, as its tool's name and input. */
function call(...messages: readonly Message[]): readonly [string, unknown] | undefined {
  const all = pieces(...messages)
  const tool = all.find((piece) => piece.type === 'tool')
  return tool && [tool.name, JSON.parse(all.map((piece) => (piece.type === 'tool-input' ? piece.json : '')).join(''))]
}

function say(...messages: readonly Message[]): string {
  return pieces(...messages)
    .map((piece) => (piece.type === 'text' ? piece.text : ''))
    .join('')
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri']
const needsTime = 'create_alarm was not run. It still needs: time.\nThe user now sees a form for it.'

suite('alarms', () => {
  for (const [words, input] of [
    ['Create an alarm', {}],
    ['set an alarm for 6.50', { time: '06:50' }],
    ['Get me up at a quarter to six on weekdays', { time: '05:45', days: WEEKDAYS }],
    ['Add a swimming alarm at 8 pm every Tuesday', { time: '20:00', label: 'Swimming', days: ['tue'] }],
    ['Remind me to feed the cat at noon', { time: '12:00', label: 'Feed the cat' }],
    ['new alarm called "Take off" at 04:35 in Asia/Seoul', { time: '04:35', label: 'Take off', zone: 'Asia/Seoul' }],
    ['I need an alarm for the oven', { label: 'Oven' }],
    ['Set an alarm for 31:70', { time: '31:70' }],
    ['I would like an alarm called Stretching', { label: 'Stretching' }],
    ['I must be up by 5:20', { time: '05:20' }],
    ['Alarm, please', {}],
    ['alarm for soup', { label: 'Soup' }],
    ['Wake me up every weekday at 7 except Wednesday', { time: '07:00', days: ['mon', 'tue', 'thu', 'fri'] }],
    ['every day at 6:30 but not on weekends, please wake me', { time: '06:30', days: WEEKDAYS }],
    ['Wake me at 8 on Mondays and Thursdays', { time: '08:00', days: ['mon', 'thu'] }],
    ['Remind me at 17:45 to call Åse', { time: '17:45', label: 'Call Åse' }],
  ] as const) {
    test(`sets what it hears: ${words}`, () => assert.deepEqual(call(user(words)), ['create_alarm', input]))
  }

  for (const [words, ...wanted] of [
    ['Which alarms do I have?', 'list_alarms', {}],
    ['Move my oven alarm to ten past nine', 'change_alarm', { alarm: 'oven', time: '09:10' }],
    ['Change the 6:50 alarm from 6:50 to 7:20', 'change_alarm', { alarm: '06:50', time: '07:20' }],
    ['Make the oven alarm ring at 7:25', 'change_alarm', { alarm: 'oven', time: '07:25' }],
    ['Rename the oven alarm to Kiln', 'change_alarm', { alarm: 'oven', label: 'Kiln' }],
    ['rename Kiln to Oven', 'change_alarm', { alarm: 'Kiln', label: 'Oven' }],
    ['disable Kiln', 'change_alarm', { alarm: 'Kiln', on: false }],
    ['Turn off the alarm for the oven', 'change_alarm', { alarm: 'oven', on: false }],
    ['Actually, make it 9:30', 'change_alarm', { time: '09:30' }],
    ['call it Kiln', 'change_alarm', { label: 'Kiln' }],
    ['move the kiln to weekdays', 'change_alarm', { alarm: 'kiln', days: WEEKDAYS }],
    ['Delete the oven alarm', 'delete_alarm', { alarm: 'oven' }],
    ['Remove all my alarms', 'delete_alarm', { all: true }],
  ] as const) {
    test(`does what it hears: ${words}`, () => assert.deepEqual(call(user(words)), wanted))
  }

  const asked = [
    user('An oven alarm, please: create it'),
    used('create_alarm', { label: 'Oven' }),
    came(needsTime, 'error'),
  ]

  test('asks for what is missing in one sentence', () => {
    assert.equal(say(...asked), 'What time should the **Oven** alarm ring?')
  })

  test('goes on with the answer, and keeps what it knew', () => {
    const soFar = [...asked, answered('What time?')]
    for (const [words, input] of [
      ['half past four in the afternoon', { label: 'Oven', time: '16:30' }],
      ['7', { label: 'Oven', time: '07:00' }],
      ['05:05, and only at weekends', { label: 'Oven', time: '05:05', days: ['sat', 'sun'] }],
      ['at 8:00, call it Bread', { label: 'Bread', time: '08:00' }],
    ] as const)
      assert.deepEqual(call(...soFar, user(words)), ['create_alarm', input])
  })

  test('hears which one and what it shall be at once', () => {
    const which =
      'change_alarm was not run. alarm: Which one? There are: Oven at 06:00, Tea at 22:00.\nThe user now sees a form.'
    const talk = [user('change my alarm'), used('change_alarm', {}), came(which, 'error'), answered('Which one?')]
    assert.deepEqual(call(...talk, user('the 22:00 one to 22:10')), ['change_alarm', { alarm: '22:00', time: '22:10' }])
    assert.deepEqual(call(...talk, user('Tea')), ['change_alarm', { alarm: 'Tea' }])
    assert.deepEqual(call(...talk, user('and every day')), ['change_alarm', { days: [...WEEKDAYS, 'sat', 'sun'] }])
  })

  test('lets the user change their mind', () => {
    const soFar = [...asked, answered('What time?')]
    assert.deepEqual(call(...soFar, user('Oh, never mind')), ['end_task', { outcome: 'cancelled' }])
    assert.deepEqual(call(...soFar, user('First show me my alarms')), ['list_alarms', {}])
  })

  test('asks the clock for what depends on now', () => {
    const first = [user('Wake me in 90 minutes'), used('current_time', {})]
    assert.deepEqual(call(first[0]!), ['current_time', {}])
    const clock = { instant: '2027-05-01T21:15:00Z', zone: 'Europe/Rome', offset: '+02:00' }
    assert.deepEqual(call(...first, came(clock)), [
      'create_alarm',
      { zone: 'Europe/Rome', time: '00:45', date: '2027-05-02' },
    ])
    const friday = [user('Set an alarm for Friday at 9'), used('current_time', {})]
    assert.deepEqual(call(...friday, came(clock)), ['create_alarm', { time: '09:00', date: '2027-05-07' }])
  })

  for (const [words, input] of [
    ['alarm for 14:00 on 24 December labelled Presents', { time: '14:00', label: 'Presents', date: '2026-12-24' }],
    ['remind me to call mum on Jan 3rd at 4:15 p.m.', { time: '16:15', label: 'Call mum', date: '2027-01-03' }],
    ['wake me at 5 on 2027-06-09', { time: '05:00', date: '2027-06-09' }],
    ['alarm on the 5th at 9', { time: '09:00', date: '2026-12-05' }],
    ['alarm at 9 on 29 February', { time: '09:00', date: '2028-02-29' }],
    ['wake me at 7 in 3 days', { time: '07:00', date: '2026-11-23' }],
    ['alarm tonight at 11 pm', { time: '23:00', date: '2026-11-20' }],
    ['remind me in 20 minutes to check the oven', { time: '12:20', label: 'Check the oven', date: '2026-11-20' }],
    ['set a timer for 10 min', { time: '12:10', date: '2026-11-20' }],
    ['alarm in 45 secs', { time: '12:02', date: '2026-11-20' }],
    ['wake me at 7 on the first Monday of next month', { time: '07:00', date: '2026-12-07' }],
    ['alarm at 7 on the last Friday of January', { time: '07:00', date: '2027-01-29' }],
    ['wake me at 7 on the 21st of next month', { time: '07:00', date: '2026-12-21' }],
    ['wake me at 7 Monday', { time: '07:00', date: '2026-11-23' }],
    ['Set an alarm for 9 January at 8', { time: '08:00', date: '2027-01-09' }],
    ['next Friday at 5pm, alarm called Pub', { time: '17:00', label: 'Pub', date: '2026-11-27' }],
  ] as const) {
    test(`knows the day: ${words}`, () => {
      const clock = { instant: '2026-11-20T12:00:30Z', zone: 'UTC', offset: '+00:00' } // a Friday
      const [name, made] = call(user(words), used('current_time', {}), came(clock))!
      const { zone: _, ...rest } = made as { zone?: string }
      assert.deepEqual([call(user(words))![0], name, rest], ['current_time', 'create_alarm', input])
    })
  }

  test('sets two where two are asked for, and asks which where it cannot know', () => {
    const calls = pieces(user('Set two alarms, at 7 and 8:30')).filter(({ type }) => type === 'tool')
    assert.deepEqual(
      calls.map((piece) => piece.type === 'tool' && piece.name),
      ['create_alarm', 'create_alarm'],
    )
    assert.deepEqual(call(user('alarm at 7 or 8')), ['create_alarm', {}])
    const clock = { instant: '2026-11-20T12:00:30Z', zone: 'UTC', offset: '+00:00' }
    const both = pieces(user('two alarms tomorrow, 7 and 8:30'), used('current_time', {}), came(clock))
    const made = both.map((piece) => (piece.type === 'tool-input' ? piece.json : '')).join('')
    assert.equal(made, '{"time":"07:00","date":"2026-11-21"}{"time":"08:30","date":"2026-11-21"}')
  })

  for (const words of [
    'Keep all my alarms, delete none',
    'Should I delete all alarms?',
    'how do I delete all alarms?',
    'Could you tell me how to delete all alarms?',
    'delete everything but the gym alarm',
    'delete all my alarms except the gym one',
    'Delete all alarms before 8',
    'delete both alarms',
    'What if I delete the gym alarm?',
    'Delete the gym alarm?',
    'Delete the gym alarm on Mondays',
    'Delete the gym alarm if it rains',
    'Never delete the gym alarm',
    'Please don’t delete the gym alarm',
    'Do not set an alarm at 5',
    'Do not wake me at 5',
    'No alarm tomorrow at 7, please',
    'I never want to be woken at 9 again',
    'wake me at 6 and delete the run alarm',
    'delete gym and delete tea',
    'list my alarms and delete gym',
    'set an alarm in 20 minutes and one in 40 minutes',
    'wake me at 7 on Monday and at 8 on Tuesday',
    'remind me at 5 to take the 6:30 train',
    'turn off all alarms',
    'move my gym alarm to 9 on Friday',
    'move gym to every other Tuesday',
  ]) {
    test(`does nothing, and says so: ${words}`, () => {
      assert.equal(call(user(words)), undefined)
      assert.match(
        say(user(words)),
        /so I have (?:set|changed|deleted) nothing\. I am a demo model and go by rules: say “/,
      )
    })
  }

  for (const words of ["Stop the 7 o'clock alarm", 'My alarm at 7 did not ring', 'I have an alarm at 7']) {
    test(`sets none where none is asked for: ${words}`, () => {
      assert.equal(call(user(words)), undefined)
      assert.match(say(user(words)), /alarm/)
    })
  }

  for (const [words, ...wanted] of [
    ['Can you delete all my alarms, please?', 'delete_alarm', { all: true }],
    ['Delete them all', 'delete_alarm', { all: true }],
    ["Don't forget to wake me at 7", 'create_alarm', { time: '07:00' }],
    ['Remind me at 5 to cancel the order', 'create_alarm', { time: '05:00', label: 'Cancel the order' }],
    ['Set an alarm called Monday meeting at 9', 'create_alarm', { time: '09:00', label: 'Monday meeting' }],
    ['Set my gym alarm to 9', 'change_alarm', { alarm: 'gym', time: '09:00' }],
    ['Is there an alarm at 7?', 'list_alarms', {}],
  ] as const) {
    test(`is not too careful: ${words}`, () => assert.deepEqual(call(user(words)), wanted))
  }

  for (const [words, ...inputs] of [
    ['create an alarm at 7 and one at 8', { time: '07:00' }, { time: '08:00' }],
    ['set an alarm for 7 and 8 am', { time: '07:00' }, { time: '08:00' }],
    ['alarms at 7, 8 and 9:30 pm', { time: '19:00' }, { time: '20:00' }, { time: '21:30' }],
    ['delete the gym and the tea alarms', { alarm: 'gym' }, { alarm: 'tea' }],
  ] as const) {
    test(`does the whole of it: ${words}`, () => {
      const made = pieces(user(words)).map((piece) => (piece.type === 'tool-input' ? piece.json : ''))
      assert.equal(made.join(''), inputs.map((input) => JSON.stringify(input)).join(''))
    })
  }

  test('an answer that names what is not meant names none', () => {
    const which =
      'delete_alarm was not run. alarm: Which one? There are: Gym at 06:00, Tea at 22:00.\nThe user now sees a form.'
    const talk = [user('delete an alarm'), used('delete_alarm', {}), came(which, 'error'), answered('Which one?')]
    assert.equal(call(...talk, user('not the gym one')), undefined)
    assert.equal(call(...talk, user('What is the capital of France?')), undefined)
    assert.deepEqual(call(...talk, user('the gym one')), ['delete_alarm', { alarm: 'gym' }])
    assert.deepEqual(call(...talk, user('all of them')), ['delete_alarm', { all: true }])
  })

  for (const [words, answer] of [
    ['alarm every other day at 9', /“every other day”/],
    ['set an alarm every other Tuesday at 6', /“every other Tuesday”/],
    ['wake me at 7 on the first Monday of term', /“on the first Monday of term”/],
    ['wake me at 7 in 2 months', /“in 2 months”/],
    ['wake me this weekend at 9', /“this weekend”/],
    ['wake me at 7 every day until Friday', /“until Friday”/],
    ['wake me on the first Monday of the month at 6', /“first Monday of the month”/],
  ] as const) {
    test(`says what it cannot: ${words}`, () => {
      assert.equal(call(user(words)), undefined)
      assert.match(say(user(words)), answer)
    })
  }

  test('days that are past or never are left to the tool to refuse, so that the question stays open', () => {
    const clock = { instant: '2026-11-20T12:00:30Z', zone: 'UTC', offset: '+00:00' }
    const made = (words: string) => call(user(words), used('current_time', {}), came(clock))
    assert.deepEqual(made('alarm on 31 February at 8'), ['create_alarm', { time: '08:00', date: '2026-02-31' }])
    assert.deepEqual(made('alarm yesterday at 7'), ['create_alarm', { time: '07:00', date: '2026-11-19' }])
  })

  test('takes days in place of a rhythm that cannot be', () => {
    const odd = user('Set a tea alarm every other day at 9')
    const talk = [odd, answered(say(odd)), user('every Monday then')]
    assert.deepEqual(call(...talk), ['create_alarm', { time: '09:00', days: ['mon'], label: 'Tea' }])
    const once = [odd, answered(say(odd)), user('on 3 May')]
    assert.deepEqual(call(...once), ['current_time', {}])
    const clock = { instant: '2026-11-20T12:00:30Z', zone: 'UTC', offset: '+00:00' }
    assert.deepEqual(call(...once, used('current_time', {}), came(clock)), [
      'create_alarm',
      { time: '09:00', label: 'Tea', date: '2027-05-03' },
    ])
  })

  test('tells what was done', () => {
    const alarm = { label: 'Oven', time: '09:10', days: ['sat', 'sun'], zone: 'Europe/Rome', on: true }
    const done = (name: string, result: object | string) => say(user('…'), used(name, {}), came(result))
    assert.match(done('create_alarm', { alarm }), /\*\*Oven\*\* at 09:10 at weekends \(Europe\/Rome\)/)
    assert.match(done('create_alarm', { already: true, alarm }), /already/)
    assert.match(done('list_alarms', { alarms: [alarm, { ...alarm, on: false }] }), /2 alarms:[\s\S]*\(off\)/)
    assert.equal(done('list_alarms', { alarms: [] }), 'You have no alarms.')
    assert.match(done('change_alarm', { alarm, was: alarm }), /^Changed: \*\*Oven\*\*/)
    assert.equal(done('delete_alarm', { deleted: [alarm] }), 'Deleted **Oven** at 09:10.')
    assert.equal(done('delete_alarm', 'There are no alarms.'), 'You have no alarms.')
  })

  test('does nothing else, but is polite', () => {
    assert.match(say(user('What is the capital of Peru?')), /alarms/)
    assert.equal(call(user('Write me a poem')), undefined)
    assert.match(say(user('Hello')), /demo model/)
  })
})
