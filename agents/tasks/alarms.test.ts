import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, type Notice, newRequestId, type Owner } from '@streambed/protocol'
import { memoryBus } from '../../packages/server/src/bus/memory.ts'
import { fireDue } from '../../packages/server/src/clockwork/clockwork.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../../packages/server/src/model/scripted.ts'
import { recordsOf } from '../../packages/server/src/records/records.ts'
import { createEngine } from '../../packages/server/src/runs/engine.ts'
import { followRun } from '../../packages/server/src/runs/follow.ts'
import { openConversation } from '../../packages/server/src/runs/open.ts'
import { send } from '../../packages/server/src/runs/start.ts'
import { memoryStore } from '../../packages/server/src/store/memory.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { alarms } from './alarms.ts'
import agent from './index.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const HOUR = 60 * 60_000

/** A bedroom with a clock that stands still until told; it is noon in UTC on a Monday. */
function bedroom(answers: readonly ScriptedAnswer[] = [], store: Store = memoryStore()) {
  let time = Date.parse('2027-03-01T12:00:00Z')
  const engine = createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel(answers),
    agents: new Map([[agent.name, agent]]),
    defaultAgent: agent.name,
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: 10_000 },
    log: { info() {}, warn() {}, error: (fields) => assert.fail(JSON.stringify(fields)) },
    now: () => new Date(time),
  })
  const startedAt = time
  let conversation: ConversationId | undefined
  return {
    engine,
    mine: recordsOf(engine, ada)(alarms),
    async say(text: string): Promise<void> {
      const accepted = await send(engine, ada, { requestId: newRequestId(), text, conversation })
      conversation = accepted.conversation
      for await (const _ of followRun(engine, ada, accepted, AbortSignal.timeout(5_000)));
    },
    fold: () => openConversation(store, ada, conversation!),
    async pass(ms: number): Promise<void> {
      time += ms
      await fireDue(engine, startedAt)
    },
    jump: (ms: number) => void (time += ms),
    async rings(): Promise<readonly Pick<Notice, 'text' | 'late'>[]> {
      const { items } = await store.list(ada, { limit: 10 })
      const folds = await Promise.all(items.map(({ id }) => openConversation(store, ada, id)))
      return folds.flatMap(({ notices }) => notices.map(({ text, late }) => ({ text, late })))
    },
  }
}

const creates = (input: object): ScriptedAnswer => callsTools({ name: 'create_alarm', input })

test('an alarm that was set by talk rings in its conversation, once, and is off then', async () => {
  const { say, pass, mine, fold } = bedroom([
    creates({ time: '7:05', label: 'Bread', zone: 'Asia/Tokyo' }),
    says('Set.'),
  ])
  await say('Wake me for the bread at five past seven in Tokyo')
  const [alarm] = (await mine.list()).items
  assert.deepEqual(
    [alarm!.time, alarm!.next, alarm!.on, alarm!.rangAt],
    ['07:05', '2027-03-01T22:05:00.000Z', true, null],
  )
  await pass(10 * HOUR)
  assert.deepEqual((await fold()).notices, [])
  await pass(5 * 60_000)
  await pass(100 * HOUR)
  const { notices } = await fold()
  assert.deepEqual(
    notices.map(({ level, kind, text, data }) => ({ level, kind, text, alarm: data!['alarm'], label: data!['label'] })),
    [{ level: 'alarm', kind: 'alarm', text: 'Bread: it is 07:05.', alarm: alarm!.id, label: 'Bread' }],
  )
  const rung = await mine.get(alarm!.id)
  assert.deepEqual([rung!.on, rung!.next, rung!.rangAt], [false, null, '2027-03-01T22:05:00.000Z'])
})

test('one for weekdays rings on each of them, and after a pause once, late', async () => {
  const { mine, pass, jump, rings, engine } = bedroom()
  const { id } = await mine.create({ time: '08:00', label: 'Stand-up', days: ['fri', 'mon'], zone: 'UTC' })
  assert.equal((await mine.get(id))!.next, '2027-03-05T08:00:00.000Z')
  await pass(4 * 24 * HOUR)
  assert.equal((await mine.get(id))!.next, '2027-03-08T08:00:00.000Z')
  jump(21 * 24 * HOUR) // nobody was here for three weeks
  await fireDue(engine, engine.now().getTime())
  await fireDue(engine, engine.now().getTime())
  assert.equal((await mine.get(id))!.next, '2027-03-29T08:00:00.000Z')
  assert.deepEqual(await rings(), [
    { text: 'Stand-up: this alarm was due at 08:00.', late: true },
    { text: 'Stand-up: this alarm was due at 08:00.', late: true },
  ])
})

test('an alarm can be snoozed and stopped', async () => {
  const { mine, pass } = bedroom()
  const { id } = await mine.create({ time: '12:01', zone: 'UTC' })
  const { snooze, stop } = alarms.actions
  const act = (change: (value: never) => object) => mine.patch(id, (value) => change(value as never))
  const now = new Date('2027-03-01T12:01:00Z')
  await assert.rejects(
    act((value) => snooze!.apply(value, { minutes: 9 } as never, { now })),
    { code: 'record-refused' },
  )
  await pass(60_000)
  await act((value) => snooze!.apply(value, { minutes: 9 } as never, { now }))
  assert.deepEqual([(await mine.get(id))!.next, (await mine.get(id))!.on], ['2027-03-01T12:10:00.000Z', true])
  await pass(9 * 60_000)
  assert.deepEqual([(await mine.get(id))!.rangAt, (await mine.get(id))!.on], ['2027-03-01T12:10:00.000Z', false])
  await act((value) => snooze!.apply(value, { minutes: 5 } as never, { now: new Date('2027-03-01T12:10:00Z') }))
  await act((value) => stop!.apply(value, {} as never, { now }))
  assert.deepEqual([(await mine.get(id))!.next, (await mine.get(id))!.on], [null, false])
})

test('another time, a switch and a deletion take the ring along', async () => {
  const { mine, pass, rings } = bedroom()
  const [moved, off, gone] = await Promise.all(
    ['moved', 'off', 'gone'].map((label) => mine.create({ time: '13:00', label, zone: 'UTC' })),
  )
  await mine.patch(moved!.id, { time: '15:00' })
  await mine.patch(off!.id, { on: false })
  await mine.delete(gone!.id)
  await pass(2 * HOUR)
  assert.deepEqual(await rings(), [])
  await pass(HOUR)
  assert.deepEqual(await rings(), [{ text: 'moved: it is 15:00.', late: false }])
})

test('a crash between the ring and what follows it rings no second time', async () => {
  const store = memoryStore()
  const { mine, rings, engine, jump } = bedroom([], store)
  const { id } = await mine.create({ time: '12:30', days: ['mon'], zone: 'UTC' })
  jump(30 * 60_000)
  const dying = { ...store, records: { ...store.records, change: () => Promise.reject(new Error('killed')) } }
  await fireDue({ ...engine, store: dying, log: { info() {}, warn() {}, error() {} } }, 0)
  assert.deepEqual([(await rings()).length, (await mine.get(id))!.rangAt], [1, null])
  jump(2_000)
  await fireDue(engine, 0)
  assert.deepEqual([(await rings()).length, (await mine.get(id))!.next], [1, '2027-03-08T12:30:00.000Z'])
})

test('the same alarm twice is one alarm', async () => {
  const bread = { time: '06:00', label: 'Bread', zone: 'UTC' }
  const { say, mine } = bedroom([creates(bread), says('Set.'), creates(bread), says('You have it already.')])
  await say('Bread at six')
  await say('Bread at six')
  assert.equal((await mine.list()).items.length, 1)
})

test('an alarm is found by its time, its label or a part of it, and asked for when several fit', async () => {
  const change = (input: object): ScriptedAnswer => callsTools({ name: 'change_alarm', input })
  const { say, mine, fold } = bedroom([
    change({ alarm: 'run', time: '06:10' }),
    says('Which one?'),
    change({ alarm: 'Morning run', time: '06:10' }),
    says('Done.'),
    callsTools({ name: 'delete_alarm', input: { alarm: '19:00' } }),
    says('Deleted.'),
    callsTools({ name: 'delete_alarm', input: {} }),
    says('Deleted.'),
  ])
  await mine.create({ time: '06:00', label: 'Morning run', zone: 'UTC' })
  await mine.create({ time: '19:00', label: 'Evening run', zone: 'UTC' })
  await say('Move my run to ten past six')
  const { forms } = await fold()
  assert.deepEqual(
    forms.map(({ tool, values, errors, status }) => ({ tool, values, errors, status })),
    [
      {
        tool: 'change_alarm',
        values: { time: '06:10' },
        errors: [{ field: 'alarm', message: 'Which one? There are: Evening run at 19:00, Morning run at 06:00.' }],
        status: 'open',
      },
    ],
  )
  await say('The morning one')
  await say('Delete the one at seven in the evening')
  assert.deepEqual(
    (await mine.list()).items.map(({ label, time }) => [label, time]),
    [['Morning run', '06:10']],
  )
  await say('Delete it')
  assert.deepEqual([(await mine.list()).items, (await fold()).forms.at(0)?.status], [[], 'answered'])
})

test('alarms that look alike are told apart by days, date and zone', async () => {
  const answers: ScriptedAnswer[] = []
  const { say, mine, fold } = bedroom(answers)
  const nine = { time: '09:00', zone: 'UTC' }
  const weekly = await mine.create({ ...nine, days: ['mon'] })
  const tokyo = await mine.create({ ...nine, zone: 'Asia/Tokyo' })
  const once = await mine.create({ ...nine, date: '2027-03-08' })
  const twin = await mine.create({ ...nine, date: '2027-03-08' })
  const spent = await mine.create({ ...nine, on: false })
  const asked = async (alarm: string): Promise<readonly string[]> => {
    answers.push(callsTools({ name: 'change_alarm', input: { alarm, label: 'Found' } }), says('Well?'))
    await say(alarm)
    const open = (await fold()).forms.filter(({ status }) => status === 'open')
    return open.flatMap(({ errors }) => errors.map(({ message }) => message))
  }
  const found = async () => (await mine.list()).items.filter(({ label }) => label === 'Found').map(({ id }) => id)

  assert.deepEqual(await asked('09:00'), [
    `Which one? There are: Alarm at 09:00 on Monday 8 March 2027 in UTC (${twin.id}), \
Alarm at 09:00 on Monday 8 March 2027 in UTC (${once.id}), Alarm at 09:00 on Tuesday 2 March 2027 in Asia/Tokyo, \
Alarm at 09:00 on Mondays in UTC.`,
  ])
  for (const [alarm, { id }] of [
    ['the Monday one', weekly],
    ['Alarm at 09:00 on Mondays in UTC', weekly],
    ['the one in Tokyo', tokyo],
    ['9:00 on Tuesday', tokyo],
    [`Alarm at 09:00 on Monday 8 March 2027 in UTC (${once.id})`, once],
    [twin.id, twin],
    ['the alarm that is switched off', spent],
  ] as const) {
    assert.deepEqual(await asked(alarm), [], alarm)
    assert.deepEqual(await found(), [id], alarm)
    await mine.patch(id, { label: 'Alarm' })
  }
})

test('alarms that have rung take no room, and go with the rest when all are deleted', async () => {
  const { say, mine } = bedroom([
    creates({ time: '07:00', zone: 'UTC' }),
    says('Set.'),
    callsTools({ name: 'delete_alarm', input: { all: true } }),
    says('Deleted.'),
  ])
  for (let i = 0; i < 103; i++) await mine.create({ time: '09:00', label: `Old ${i}`, zone: 'UTC', on: false })
  await say('Wake me at seven')
  assert.deepEqual(
    (await mine.list({ where: { on: true } })).items.map(({ time }) => time),
    ['07:00'],
  )
  await say('Delete them all')
  assert.deepEqual((await mine.list()).items, [])
})

test('what cannot be is refused by the form: a time that is none, a zone that is none, a day that is over', async () => {
  const bad = { time: '25:00', zone: 'Atlantis/Harbour', label: 'Swim', days: ['someday'] }
  const { say, fold } = bedroom([
    creates(bad),
    says('When?'),
    creates({ time: '09:00', date: '2027-02-28', zone: 'UTC' }),
    says('Then?'),
  ])
  await say('Swim at twenty-five in Atlantis')
  const [form] = (await fold()).forms
  assert.deepEqual(
    [form!.values, form!.errors.map(({ field }) => field)],
    [{ label: 'Swim' }, ['time', 'days.0', 'zone']],
  )
  await say('Yesterday at nine')
  const [again] = (await fold()).forms
  assert.deepEqual([again!.id, again!.errors], [form!.id, [{ field: 'date', message: 'That time has passed.' }]])
})
