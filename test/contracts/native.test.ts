import assert from 'node:assert/strict'
import { get } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { type House, openHouse } from './harness/house.ts'
import { type Frame, ofType, openSocket, type RawSocket } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'

// Section 0 of the contracts, and PROTOCOL.md.

describe('the native protocol', () => {
  let house: House
  let v1: string
  before(async () => {
    house = await openHouse()
    v1 = `${house.url}/v1`
  })
  after(() => house[Symbol.asyncDispose]())

  const begin = async (fields: object = {}) =>
    (await request('POST', `${v1}/conversations`, fields)).body as { id: string }
  const say = (id: string, text: string, more: object = {}) =>
    request('POST', `${v1}/conversations/${id}/messages`, { requestId: `q-${Math.random()}`, text, ...more })

  /** Every event of a conversation, read by long-poll until `run` has ended. */
  async function untilEnd(id: string, run: string): Promise<Frame[]> {
    const events: Frame[] = []
    let after = 0
    while (!events.some((event) => event['type'] === 'run-end' && event['run'] === run)) {
      const page = (await request('GET', `${v1}/conversations/${id}/events?after=${after}&wait=10`)).body
      events.push(...page['events'])
      after = page['position'].seq
    }
    return events
  }

  test('health and readiness', async () => {
    const health = await request('GET', `${v1}/health`)
    assert.deepEqual([health.status, health.body['status']], [200, 'ok'])
    assert.equal((await request('GET', `${v1}/ready`)).status, 200)
  })

  test('a conversation is made, listed, renamed, pinned, archived, removed', async () => {
    const made = await request('POST', `${v1}/conversations`, { agent: 'predictions', title: 'Weather', colour: 'red' })
    assert.equal(made.status, 201)
    assert.deepEqual([made.body['agent'], made.body['title']], ['predictions', 'Weather'])
    const at = `${v1}/conversations/${made.body['id']}`
    const fold = await request('GET', at)
    assert.equal(fold.status, 200)
    assert.deepEqual(fold.body['messages'], [])
    for (const field of ['messages', 'tasks', 'state', 'position']) assert.ok(field in fold.body, field)

    const changed = await request('PATCH', at, { title: 'Climate', pinned: true, more: 1 })
    assert.deepEqual([changed.status, changed.body['title'], changed.body['pinned']], [200, 'Climate', true])
    const list = await request('GET', `${v1}/conversations?limit=1`)
    assert.equal(list.body['items'][0].id, made.body['id'], 'the pinned one is first')
    assert.equal((await request('PATCH', at, { archived: true })).body['archived'], true)
    const rest = await request('GET', `${v1}/conversations?archived=false&limit=100`)
    assert.ok(!rest.body['items'].some(({ id }: Frame) => id === made.body['id']))

    assert.equal((await request('DELETE', at)).status, 204)
    assert.equal((await request('DELETE', at)).status, 204, 'also when it is gone')
    assert.equal((await request('GET', at)).status, 404)
    assert.equal((await say(made.body['id'], 'Hello?')).status, 404)
  })

  test('a conversation may begin with nothing said of it', async () => {
    const made = await request('POST', `${v1}/conversations`)
    assert.equal(made.status, 201)
    assert.deepEqual([made.body['agent'], made.body['title']], ['assistant', null])
  })

  test('a cursor goes through the list, newest first, each once', async () => {
    const made: string[] = []
    for (let i = 0; i < 5; i++) made.unshift((await begin({ title: `Cursor ${i}` })).id)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const url: string = `${v1}/conversations?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const page: Frame = (await request('GET', url)).body
      assert.deepEqual(Object.keys(page).sort(), ['cursor', 'items'])
      seen.push(...page['items'].map(({ id }: Frame) => id))
      cursor = page['cursor']
    }
    assert.deepEqual(
      seen.filter((id) => made.includes(id)),
      made,
    )
    assert.equal(new Set(seen).size, seen.length)
  })

  test('a message is answered; the same requestId is the same answer and no second run', async () => {
    const { id } = await begin()
    const body = { requestId: 'once-and-only', text: 'Say hello to the marmots', nothing: null }
    const first = await request('POST', `${v1}/conversations/${id}/messages`, body)
    assert.equal(first.status, 202)
    const { run } = first.body as { run: string }
    const events = await untilEnd(id, run)
    for (let i = 0; i < 3; i++) {
      const again = await request('POST', `${v1}/conversations/${id}/messages`, { ...body, text: 'something else' })
      assert.deepEqual([again.status, again.body], [202, first.body])
    }
    assert.deepEqual(await untilEnd(id, run), events, 'nothing was added')

    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, i) => i + 1),
    ) // P1
    for (const event of events) {
      assert.match(event['at'], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/) // P3
      assert.equal(typeof event['type'], 'string')
    }
    assert.equal(events.filter(({ type }) => type === 'run-start').length, 1) // P10
    assert.equal(events.filter(({ type }) => type === 'run-end').length, 1)
    assert.deepEqual(events.at(-1)!['reason'], 'done')
    assert.ok(events.some(({ type }) => type === 'usage')) // P19

    const elsewhere = await begin()
    const conflict = await request('POST', `${v1}/conversations/${elsewhere.id}/messages`, body)
    assert.equal(conflict.status, 409)
  })

  test('parts say the same as text', async () => {
    const { id } = await begin()
    const sent = await request('POST', `${v1}/conversations/${id}/messages`, {
      requestId: 'by-parts',
      parts: [{ type: 'text', text: 'Hello in parts' }],
    })
    assert.equal(sent.status, 202, sent.text)
    const events = await untilEnd(id, sent.body['run'])
    assert.deepEqual(events.find(({ type }) => type === 'message')?.['parts'], [
      { type: 'text', text: 'Hello in parts' },
    ])
  })

  test('events: JSON, SSE and a socket tell the same, from anywhere', async () => {
    const { id } = await begin()
    const { run } = (await say(id, 'What is 12 times 12?')).body as { run: string }
    const events = await untilEnd(id, run)
    const at = `${v1}/conversations/${id}/events`
    const middle = Math.floor(events.length / 2)

    const json = await request('GET', `${at}?after=${middle}`, undefined, { accept: 'application/json' })
    assert.deepEqual(json.body['events'], events.slice(middle))
    assert.deepEqual(json.body['position'].seq, events.length)
    for (const headers of [{ 'last-event-id': `${middle}` }, {}] as const) {
      const query = 'last-event-id' in headers ? '?after=0' : `?after=${middle}` // Last-Event-ID goes before `after` (P21)
      assert.deepEqual(await readEventStream(at + query, headers, events.length - middle), events.slice(middle))
    }

    using socket = await openSocket(house.socketUrl('/ws'))
    socket.send({ type: 'follow', conversation: id, after: middle, requestId: 'f1', unknown: true })
    const ack = await socket.next()
    assert.deepEqual(
      [ack['type'], ack['requestId'], ack['conversation'], ack['position'].seq],
      ['ack', 'f1', id, events.length],
    )
    const followed = await socket.until(({ seq }) => seq === events.length)
    assert.deepEqual(
      followed.map(({ conversation, ...event }) => [conversation, event]),
      events.slice(middle).map((event) => [id, event]),
    )
  })

  test('a long-poll waits for what comes, and ends empty when nothing does', async () => {
    const { id } = await begin()
    const { seq } = (await request('GET', `${v1}/conversations/${id}`)).body['position']
    const waiting = request('GET', `${v1}/conversations/${id}/events?after=${seq}&wait=20`)
    await say(id, 'Wake up')
    assert.equal((await waiting).body['events'][0].type, 'message')
    const { id: quiet } = await begin()
    const begun = (await request('GET', `${v1}/conversations/${quiet}`)).body['position'].seq
    const from = performance.now()
    const empty = await request('GET', `${v1}/conversations/${quiet}/events?after=${begun}&wait=1`)
    assert.deepEqual([empty.status, empty.body['events'], empty.body['position'].seq], [200, [], begun])
    assert.ok(performance.now() - from > 900)
  })

  test('a position beyond the end, or of another epoch, is lost', async () => {
    const { id } = await begin()
    const beyond = await request('GET', `${v1}/conversations/${id}/events?after=99999`)
    assert.deepEqual([beyond.status, beyond.body['error'].code], [410, 'position-lost']) // P5
    const epoch = await request('GET', `${v1}/conversations/${id}/events?after=0&epoch=another`)
    assert.equal(epoch.body['error'].code, 'position-lost')
  })

  test('a stop is harmless when repeated or late, a retry makes another answer', async () => {
    const { id } = await begin()
    const { run } = (await say(id, 'Tell me of otters')).body as { run: string }
    await untilEnd(id, run)
    for (let i = 0; i < 2; i++) assert.equal((await request('POST', `${v1}/runs/${run}/stop`)).status, 202) // P15
    const retried = await request('POST', `${v1}/runs/${run}/retry`)
    assert.equal(retried.status, 202)
    assert.notEqual(retried.body['run'], run)
    const again = await request('POST', `${v1}/runs/${run}/retry`, {})
    assert.ok(again.status === 409 || again.body['run'] === retried.body['run']) // P16
    const events = await untilEnd(id, retried.body['run'])
    assert.equal(events.filter(({ type }) => type === 'message').length, 1)
    assert.equal(events.filter(({ type }) => type === 'run-end').length, 2)
    const { messages } = (await request('GET', `${v1}/conversations/${id}`)).body
    assert.ok(JSON.stringify(messages).includes(retried.body['run']))
  })

  test('the sixth message that waits is refused; what is stopped while it waits is never begun', async () => {
    await using slow = await openHouse({ env: { STREAMBED_DEMO_PACE: 'natural' } })
    const made = (await request('POST', `${slow.url}/v1/conversations`, {})).body
    const at = `${slow.url}/v1/conversations/${made['id']}`
    const runs: string[] = []
    for (let i = 0; i < 6; i++) {
      const text = i === 0 ? 'Write 1000 words about peat' : `Message ${i}`
      const sent = await request('POST', `${at}/messages`, { requestId: `n${i}`, text })
      assert.equal(sent.status, 202, `${i}: ${sent.text}`)
      runs.push(sent.body['run'])
    }
    const full = await request('POST', `${at}/messages`, { requestId: 'n6', text: 'One too many' })
    assert.deepEqual([full.status, full.body['error'].code], [429, 'queue-full']) // P11
    for (const run of runs.toReversed())
      assert.equal((await request('POST', `${slow.url}/v1/runs/${run}/stop`)).status, 202)
    const { events } = (await request('GET', `${at}/events?after=0&wait=5`)).body
    assert.equal(events.filter(({ type }: Frame) => type === 'run-start').length, 1, 'what waited was never begun')
  })

  test('exports', async () => {
    const { id } = await begin({ title: 'To take away' })
    const { run } = (await say(id, 'Remember the word quince')).body as { run: string }
    await untilEnd(id, run)
    const json = await request('GET', `${v1}/conversations/${id}/export?format=json`)
    assert.match(json.headers.get('content-type')!, /application\/json/)
    assert.match(json.headers.get('content-disposition')!, /attachment/)
    assert.ok(JSON.stringify(json.body).includes('quince'))
    const markdown = await request('GET', `${v1}/conversations/${id}/export?format=markdown`)
    assert.match(markdown.headers.get('content-type')!, /text\/markdown/)
    assert.match(markdown.text, /^# To take away/)
    assert.match(markdown.text, /quince/)
    assert.equal((await request('GET', `${v1}/conversations/${id}/export?format=pdf`)).status, 400)
  })

  test('lists of agents, models, usage', async () => {
    const agents = (await request('GET', `${v1}/agents`)).body['items']
    for (const name of ['assistant', 'predictions', 'strategy-builder', 'tasks']) {
      assert.ok(agents.some((agent: Frame) => agent['name'] === name && agent['title'] && agent['description']))
    }
    assert.ok((await request('GET', `${v1}/models`)).body['items'].length > 0)
    const today = new Date().toISOString().slice(0, 10)
    for (const by of ['day', 'model', 'agent', 'conversation']) {
      const usage = await request('GET', `${v1}/usage?from=${today}&to=${today}&by=${by}`)
      assert.equal(usage.status, 200)
      assert.ok(usage.body['items'].length > 0, by)
      for (const { inputTokens, outputTokens, calls } of usage.body['items'])
        assert.ok(inputTokens + outputTokens + calls > 0)
    }
  })

  test('the live state at any place', async () => {
    const { id } = await begin({ agent: 'strategy-builder' })
    const empty = await request('GET', `${v1}/conversations/${id}/state`)
    assert.deepEqual([empty.status, empty.body['revision']], [200, 0])
    const { run } = (await say(id, 'I have $3300 and want a moderate strategy')).body as { run: string }
    const events = await untilEnd(id, run)
    const last = events.findLast(({ type }) => type === 'state')!
    const before = await request('GET', `${v1}/conversations/${id}/state?at=${last['seq'] - 1}`)
    const then = await request('GET', `${v1}/conversations/${id}/state?at=${last['seq']}`)
    assert.equal(then.body['revision'], before.body['revision'] + 1) // P24
    assert.equal(then.body['value'].strategy_metrics.estimated_capital_required_usd, 3300)
    assert.deepEqual((await request('GET', `${v1}/conversations/${id}`)).body['state'].value, then.body['value'])

    const patch = [{ op: 'replace', path: '/degen_class/selected', value: 'High' }]
    const changed = await request('PATCH', `${v1}/conversations/${id}/state`, {
      revision: then.body['revision'],
      patch,
    })
    assert.deepEqual([changed.status, changed.body['value'].degen_class.selected], [200, 'High'])
    const stale = await request('PATCH', `${v1}/conversations/${id}/state`, { revision: then.body['revision'], patch })
    assert.deepEqual([stale.status, stale.body['error'].code], [409, 'state-changed']) // P25
    const undone = await request('POST', `${v1}/conversations/${id}/state/undo`)
    assert.equal(undone.body['value'].degen_class.selected, 'Medium') // P26
    const redone = await request('POST', `${v1}/conversations/${id}/state/redo`)
    assert.equal(redone.body['value'].degen_class.selected, 'High')
    for (const at of ['minus', '-1']) {
      assert.equal((await request('GET', `${v1}/conversations/${id}/state?at=${at}`)).status, 400)
    }
  })

  test('what is wrong is refused with the error of the table', async () => {
    const { id } = await begin()
    const at = `${v1}/conversations/${id}`
    const wrong: readonly [method: string, url: string, body: unknown, status: number, code?: string][] = [
      ['POST', `${at}/messages`, { requestId: 'w1', text: '' }, 400],
      ['POST', `${at}/messages`, { requestId: 'w2', text: ' \n ' }, 400],
      ['POST', `${at}/messages`, { requestId: 'w3' }, 400],
      ['POST', `${at}/messages`, { text: 'no request id' }, 400],
      ['POST', `${at}/messages`, { requestId: 'w4', text: 5 }, 400],
      ['POST', `${at}/messages`, { requestId: 'w5', text: 'x'.repeat(32_001) }, 400],
      ['POST', `${at}/messages`, { requestId: 'w6', text: 'hi', agent: 'nobody' }, 404, 'unknown-agent'],
      ['POST', `${at}/messages`, '{"requestId": "w7", ', 400],
      ['POST', `${at}/messages`, { requestId: 'w8', text: 'hi', pad: 'x'.repeat(131_072) }, 413],
      ['POST', `${v1}/conversations`, { agent: 'nobody' }, 404, 'unknown-agent'],
      ['POST', `${v1}/conversations`, '[]', 400],
      ['GET', `${v1}/conversations/c_never`, undefined, 404, 'not-found'],
      ['PATCH', `${v1}/conversations/c_never`, { title: 'x' }, 404, 'not-found'],
      ['PATCH', at, { title: 7 }, 400],
      ['PATCH', at, { pinned: 'yes' }, 400],
      ['GET', `${v1}/conversations?limit=1000`, undefined, 400],
      ['GET', `${v1}/conversations?cursor=broken`, undefined, 400],
      ['GET', `${at}/events?after=-1`, undefined, 400],
      ['GET', `${at}/events?after=some`, undefined, 400],
      ['GET', `${at}/events?after=0&wait=soon`, undefined, 400],
      ['POST', `${v1}/runs/r_never/stop`, undefined, 404, 'not-found'],
      ['POST', `${v1}/runs/r_never/retry`, undefined, 404, 'not-found'],
      ['GET', `${v1}/usage?by=colour`, undefined, 400],
      ['GET', `${v1}/nothing-of-this-name`, undefined, 404],
      ['DELETE', `${v1}/agents`, undefined, 404],
    ]
    for (const [method, url, body, status, code] of wrong) {
      const answer = await request(method, url, body)
      const what = `${method} ${url} ${JSON.stringify(body)?.slice(0, 60)}: ${answer.text.slice(0, 200)}`
      assert.equal(answer.status, status, what)
      const { error } = answer.body
      assert.deepEqual(Object.keys(answer.body), ['error'], what)
      assert.deepEqual(
        [typeof error.code, typeof error.message, typeof error.retry],
        ['string', 'string', 'boolean'],
        what,
      )
      if (code) assert.equal(error.code, code, what)
      assert.doesNotMatch(answer.text, /node_modules|\bat \w+ \(/)
    }
  })

  describe('on a socket', () => {
    let socket: RawSocket
    before(async () => {
      socket = await openSocket(house.socketUrl('/ws'))
    })
    after(() => socket[Symbol.dispose]())

    test('a message begins a conversation, which can be followed', async () => {
      const frame = { type: 'send', requestId: 'ws-1', text: 'Hello from a socket', timezone: 'Asia/Tokyo', x: 1 }
      socket.send(frame)
      const ack = await socket.next()
      assert.deepEqual([ack['type'], ack['requestId']], ['ack', 'ws-1'])
      for (const field of ['conversation', 'message', 'run', 'position']) assert.ok(ack[field], field)
      socket.send(frame)
      assert.deepEqual(await socket.next(), ack) // P14
      socket.send({ type: 'follow', requestId: 'ws-2', conversation: ack['conversation'], after: 0 })
      assert.equal((await socket.next())['type'], 'ack')
      const events = await socket.until(ofType('run-end'))
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, i) => i + 1),
      )
      assert.ok(events.every(({ conversation }) => conversation === ack['conversation']))

      socket.send({ type: 'stop', requestId: 'ws-3', run: ack['run'] })
      assert.equal((await socket.next())['requestId'], 'ws-3')
      socket.send({ type: 'unfollow', requestId: 'ws-4', conversation: ack['conversation'] })
      assert.equal((await socket.next())['type'], 'ack')
      socket.send({ type: 'retry', requestId: 'ws-5', run: ack['run'] })
      const retried = await socket.next()
      assert.deepEqual([retried['type'], retried['requestId']], ['ack', 'ws-5'])
      assert.notEqual(retried['run'], ack['run'])
      await untilEnd(ack['conversation'], retried['run'])
      socket.send({ type: 'ping', requestId: 'ws-6' })
      assert.equal((await socket.next())['type'], 'pong', 'nothing of what is no more followed')
    })

    test('a watch hints that the list has changed', async () => {
      using other = await openSocket(house.socketUrl('/ws'))
      other.send({ type: 'watch', requestId: 'w' })
      assert.deepEqual(await other.next(), { type: 'ack', requestId: 'w' })
      await begin()
      assert.deepEqual(await other.next(), { type: 'changed' }) // P34
    })

    test('what cannot be understood gets an error, and the connection stays', async () => {
      const nonsense: readonly [frame: string | object, requestId?: string][] = [
        ['ping'],
        ['{"type": "ping"'],
        ['[{"type": "ping"}]'],
        ['null'],
        [{}],
        [{ type: 'conjure', requestId: 'e1' }, 'e1'],
        [{ type: 'send', requestId: 'e2' }, 'e2'],
        [{ type: 'send', requestId: 'e3', text: '  ' }, 'e3'],
        [{ type: 'send', text: 'no request id' }],
        [{ type: 'send', requestId: 'e4', conversation: 'c_never', text: 'hi' }, 'e4'],
        [{ type: 'send', requestId: 'e5', agent: 'nobody', text: 'hi' }, 'e5'],
        [{ type: 'send', requestId: 'e6', text: 'x'.repeat(32_001) }, 'e6'],
        [{ type: 'follow', requestId: 'e7', conversation: 'c_never', after: 0 }, 'e7'],
        [{ type: 'follow', requestId: 'e8' }, 'e8'],
        [{ type: 'stop', requestId: 'e9', run: 'r_never' }, 'e9'],
        [{ type: 'retry', requestId: 'e10', run: 'r_never' }, 'e10'],
      ]
      for (const [frame, requestId] of nonsense) {
        if (typeof frame === 'string') socket.write(frame)
        else socket.send(frame)
        const answer = await socket.next()
        assert.equal(answer['type'], 'error', JSON.stringify([frame, answer]))
        assert.equal(answer['requestId'], requestId)
        const { code, message, retry } = answer['error']
        assert.deepEqual([typeof code, typeof message, typeof retry], ['string', 'string', 'boolean'])
      }
      socket.send({ type: 'ping' })
      assert.equal((await socket.next())['type'], 'pong')
    })

    test('a frame over 128 KiB closes with 1009', async () => {
      using other = await openSocket(house.socketUrl('/ws'))
      other.send({ type: 'send', requestId: 'big', text: 'hi', pad: 'x'.repeat(128 * 1024) })
      assert.equal(await other.closed, 1009)
    })

    test('an unknown path has no socket', async () => {
      await assert.rejects(openSocket(house.socketUrl('/ws/nothing')))
    })
  })
})

/** Reads `count` messages of an event stream, each of which must be an event under its number and type. */
async function readEventStream(url: string, headers: object, count: number): Promise<Frame[]> {
  const asking = get(url, { headers: { accept: 'text/event-stream', ...headers } })
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve) => asking.once('response', resolve))
  assert.match(answer.headers['content-type']!, /^text\/event-stream/)
  const events: Frame[] = []
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk
    const messages = text.split('\n\n')
    text = messages.pop()!
    for (const message of messages.filter((one) => !one.startsWith(':') && !one.startsWith('retry'))) {
      const fields = Object.fromEntries(message.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
      const event = JSON.parse(fields['data']) as Frame
      assert.deepEqual([fields['id'], fields['event']], [`${event['seq']}`, event['type']])
      events.push(event)
    }
    if (events.length >= count) break
  }
  asking.destroy()
  return events
}
