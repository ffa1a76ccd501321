import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeClock } from '../../testing/fake-clock.ts'
import { FakeLinks, FakePage } from '../../testing/fake-links.ts'
import type { LinkClose, TransportName } from '../transport/transport.ts'
import { askedFor, backOff } from './back-off.ts'
import { Connection } from './connection.ts'

const ALL: readonly TransportName[] = ['websocket', 'sse', 'long-poll']

function setUp(transports = ALL) {
  const clock = new FakeClock()
  const links = new FakeLinks()
  const page = new FakePage()
  const connection = new Connection({ transports, open: links.open, clock, surroundings: page })
  const heard: string[] = []
  connection.listen({ opened: () => heard.push('opened'), lost: () => heard.push('lost') })
  const state = () => connection.state.get()
  /** Breaks the newest link, and passes the time until the next try; answers how long that took. */
  const fail = (kind?: LinkClose['kind']) => {
    links.last.break(kind)
    const now = state()
    assert.equal(now.status, 'reconnecting')
    const ms = now.status === 'reconnecting' ? now.nextTryAt - clock.date().getTime() : 0
    clock.pass(ms)
    return ms
  }
  return { clock, links, page, connection, heard, state, fail }
}

test('C2: connected is what has been answered, not what says that it is open', () => {
  const { links, connection, state, heard } = setUp()
  assert.deepEqual(state(), { status: 'connecting' })
  links.last.listener.opened()
  assert.deepEqual(links.last.sent, [{ type: 'ping' }])
  assert.equal(connection.send({ type: 'watch' }), false)
  links.last.pong()
  assert.deepEqual(state(), { status: 'connected', transport: 'websocket' })
  assert.equal(connection.send({ type: 'watch' }), true)
  assert.deepEqual(links.last.sent, [{ type: 'ping' }, { type: 'watch' }])
  assert.deepEqual(heard, ['opened'])
})

test('C2: a link that says nothing for ten seconds has failed', () => {
  const { clock, links, state } = setUp()
  clock.pass(10_000)
  assert.equal(links.all[0]!.isClosed, true)
  assert.deepEqual(state(), {
    status: 'reconnecting',
    attempt: 1,
    nextTryAt: clock.date().getTime() + 125,
    reason: 'The server did not answer in time.',
  })
})

test('C1: an earlier link is not heard any more', () => {
  const { links, state, heard, fail } = setUp()
  const [first] = links.all
  first!.prove()
  fail()
  links.last.prove()
  first!.pong()
  first!.break()
  assert.deepEqual(state(), { status: 'connected', transport: 'websocket' })
  assert.deepEqual(heard, ['opened', 'lost', 'opened'])
})

test('C4: two failures lead down, the last transport leads back to the first', () => {
  const { links, fail } = setUp()
  for (let i = 0; i < 7; i++) fail()
  assert.deepEqual(
    links.all.map((link) => link.transport),
    ['websocket', 'websocket', 'sse', 'sse', 'long-poll', 'long-poll', 'websocket', 'websocket'],
  )
})

test('C4: a server that is not there leads back to the best transport', () => {
  const { links, fail } = setUp()
  fail()
  fail()
  assert.equal(links.last.transport, 'sse')
  fail('unreachable')
  assert.equal(links.last.transport, 'websocket')
})

test('C4: a stream that is held up gives way at once, and a WebSocket takes over when it gets through', () => {
  const { clock, links, state, heard, fail } = setUp()
  fail()
  fail()
  assert.equal(links.last.transport, 'sse')
  links.last.prove()
  fail('unfit')
  const poll = links.last
  poll.prove()
  assert.deepEqual(state(), { status: 'connected', transport: 'long-poll' })
  clock.pass(10_000)
  links.last.break() // still none
  assert.deepEqual(state(), { status: 'connected', transport: 'long-poll' })
  clock.pass(20_000)
  poll.pong()
  clock.pass(10_000)
  assert.equal(links.last.transport, 'websocket')
  links.last.prove()
  assert.deepEqual(state(), { status: 'connected', transport: 'websocket' })
  assert.equal(poll.isClosed, true)
  assert.deepEqual(heard, ['opened', 'lost', 'opened', 'lost', 'opened'])
})

test('C5: waits grow to fifteen seconds and are never the last', () => {
  const { links, state, fail } = setUp(['websocket'])
  const waits = Array.from({ length: 12 }, () => fail())
  assert.deepEqual(waits, [125, 250, 500, 1000, 2000, 4000, 7500, 7500, 7500, 7500, 7500, 7500])
  links.last.prove()
  links.last.break()
  assert.partialDeepStrictEqual(state(), { status: 'reconnecting', attempt: 1 })
})

test('C5: no wait is longer than the longest, or than what was asked for and half as much', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (attempt, random) => {
      const ms = backOff(attempt, random)
      assert.ok(ms >= 0 && ms <= 15_000 && ms <= 250 * 2 ** (attempt - 1))
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 600_000 }), random, (asked, random) => {
      const ms = askedFor(asked, random)
      assert.ok(ms >= asked && ms <= asked + Math.max(250, asked / 2))
    }),
  )
})

test('C6: after goaway the link is read on, then the wait is what the server asked for', () => {
  const { clock, links, connection, state } = setUp()
  const frames: string[] = []
  connection.listen({ received: (frame) => frames.push(frame.type) })
  links.last.prove()
  links.last.listener.received({ type: 'goaway', reconnectAfterMs: 4_000 })
  links.last.pong()
  assert.deepEqual(frames, ['pong', 'goaway', 'pong'])
  links.last.break()
  assert.partialDeepStrictEqual(state(), { status: 'reconnecting', nextTryAt: clock.date().getTime() + 5_000 })
})

test('C7: silence is answered by a ping after 25 s, and by a new link after 35 s', () => {
  const { clock, links, state } = setUp()
  const [link] = links.all
  link!.prove()
  clock.pass(24_000)
  link!.listener.heard()
  clock.pass(24_999)
  assert.equal(link!.sent.length, 1)
  clock.pass(1)
  assert.equal(link!.sent.length, 2)
  clock.pass(9_999)
  assert.equal(state().status, 'connected')
  clock.pass(1)
  assert.partialDeepStrictEqual(state(), { status: 'reconnecting', reason: 'The server went silent.' })
})

test('C7: a link that answers its pings lives for ever', () => {
  const { clock, links, state } = setUp()
  links.last.prove()
  for (let i = 0; i < 100; i++) {
    clock.pass(25_000)
    links.last.pong()
  }
  assert.equal(links.all.length, 1)
  assert.equal(state().status, 'connected')
})

test('C8: a page that is shown again finds out within two seconds that its link is dead', () => {
  const { clock, links, page, state } = setUp()
  links.last.prove()
  page.wake()
  clock.pass(1_999)
  assert.equal(links.all.length, 1)
  clock.pass(1)
  assert.equal(links.all.length, 2)
  assert.deepEqual(state(), { status: 'connecting' })
})

test('C8: a link that answers survives the wake-up', () => {
  const { clock, links, page, state } = setUp()
  links.last.prove()
  page.wake()
  page.wake()
  links.last.pong() // in the same millisecond
  clock.pass(20_000)
  assert.equal(links.all.length, 1)
  assert.equal(state().status, 'connected')
})

test('C8: an hour of sleep is noticed by the late timer, and the link gets its two seconds', () => {
  const { clock, links, state } = setUp()
  links.last.prove()
  clock.sleep(3_600_000)
  clock.pass(0)
  assert.equal(state().status, 'connected')
  links.last.pong()
  clock.pass(2_000)
  assert.equal(links.all.length, 1)
  clock.sleep(3_600_000)
  clock.pass(2_000)
  assert.equal(links.all.length, 2)
})

test('C8: a wake-up ends the wait, and a try that is stale', () => {
  const { clock, links, page } = setUp()
  links.last.break()
  page.wake()
  assert.equal(links.all.length, 2)
  clock.pass(1_000)
  page.wake() // this try is young
  assert.equal(links.all.length, 2)
  clock.pass(1_500)
  page.wake()
  assert.equal(links.all.length, 3)
  assert.equal(links.all[1]!.isClosed, true)
})

test('C3: offline is what the browser says and a probe confirms; the network brings it back', () => {
  const { clock, links, page, state } = setUp()
  links.last.prove()
  page.goOffline()
  links.last.pong()
  clock.pass(2_000)
  assert.equal(state().status, 'connected', 'a server on this machine needs no network')
  page.goOffline()
  clock.pass(2_000)
  assert.deepEqual(state(), { status: 'offline' })
  clock.pass(15_000)
  assert.equal(links.all.length, 2, 'now and then it is tried all the same')
  links.last.break()
  assert.deepEqual(state(), { status: 'offline' })
  page.goOnline()
  assert.equal(links.all.length, 3)
  assert.deepEqual(state(), { status: 'connecting' })
  links.last.prove()
  assert.equal(state().status, 'connected')
})

test('C3: a refusal ends the tries until somebody asks for one', () => {
  const { clock, links, page, connection, state } = setUp()
  const error = { code: 'unauthorized', message: 'Sign in.', retry: false }
  links.last.listener.opened()
  links.last.listener.received({ type: 'error', error })
  assert.deepEqual(state(), { status: 'refused', error })
  clock.pass(3_600_000)
  page.wake()
  assert.equal(links.all.length, 1)
  connection.reconnect()
  assert.deepEqual(state(), { status: 'connecting' })
  links.last.prove()
  assert.equal(state().status, 'connected')
})

test('after it is disposed of nothing happens any more', () => {
  const { clock, links, page, connection, heard } = setUp()
  links.last.prove()
  connection[Symbol.dispose]()
  assert.equal(links.last.isClosed, true)
  links.last.break()
  page.wake()
  clock.pass(3_600_000)
  assert.equal(links.all.length, 1)
  assert.deepEqual(heard, ['opened'])
  assert.equal(clock.isIdle, true)
})

test('whatever happens, there is one link at most, and a way on', () => {
  const happening = fc.constantFrom(
    'prove',
    'break',
    'unfit',
    'unreachable',
    'wake',
    'offline',
    'online',
    'pass',
    'sleep',
  )
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const { clock, links, page, connection, state } = setUp()
      for (const what of happenings) {
        const link = links.last
        if (what === 'prove' && !link.isClosed) link.prove()
        else if (what === 'break' && !link.isClosed) link.break()
        else if ((what === 'unfit' || what === 'unreachable') && !link.isClosed) link.break(what)
        else if (what === 'wake') page.wake()
        else if (what === 'offline') page.goOffline()
        else if (what === 'online') page.goOnline()
        else if (what === 'pass') clock.pass(2_500)
        else if (what === 'sleep') clock.sleep(60_000)
        const open = links.all.filter((link) => !link.isClosed)
        const { status } = state()
        assert.ok(open.length <= (status === 'connected' ? 2 : 1), `${open.length} links while ${status}`) // C1
        assert.ok(status !== 'refused')
      }
      page.goOnline()
      for (let i = 0; i < 20 && state().status !== 'connected'; i++) {
        clock.pass(15_000)
        if (!links.last.isClosed) links.last.prove()
      }
      assert.equal(state().status, 'connected')
      connection[Symbol.dispose]()
      assert.equal(clock.isIdle, true)
    }),
  )
})
