import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { type House, openHouse } from './harness/house.ts'
import { request } from './harness/request.ts'
import { postChat, readAll, streamTokens } from './scripts/stream-tokens.ts'

// Contract 4: POST /api/chat.

describe('the token stream', () => {
  let house: House
  before(async () => {
    house = await openHouse({ env: { STREAMBED_PROMPT_LIMIT: '500' } })
  })
  after(() => house[Symbol.asyncDispose]())

  test('the tokens joined are the stored message', async () => {
    const { text, done } = await streamTokens(house.url, {
      prompt: 'Explain tides — in a füw words 🌊',
      topK: 5,
    })
    const stored = await request('GET', `${house.url}/v1/conversations/${done['conversationId']}`)
    assert.equal(stored.status, 200)
    assert.deepEqual(
      stored.body['messages'].map(({ role }: { role: string }) => role),
      ['user', 'assistant'],
    )
    assert.ok(stored.text.includes(JSON.stringify(text).slice(1, -1)))
    assert.ok(stored.text.includes(done['messageId']))
    assert.ok(stored.text.includes('füw words 🌊'))
  })

  test('a conversation goes on', async () => {
    const { done } = await streamTokens(house.url, { prompt: 'My name is Ferdinand' })
    const { conversationId } = done as { conversationId: string }
    const next = await streamTokens(house.url, { prompt: 'What is my name?', conversationId })
    assert.equal(next.done['conversationId'], conversationId)
    assert.notEqual(next.done['messageId'], done['messageId'])
    assert.match(next.text, /Ferdinand/)
  })

  test('another agent answers when it is asked for', async () => {
    const { done } = await streamTokens(house.url, {
      prompt: 'I have $5300, conservative please',
      agent: 'strategy-builder',
    })
    const stored = await request('GET', `${house.url}/v1/conversations/${done['conversationId']}`)
    assert.equal(stored.body['agent'], 'strategy-builder')
  })

  const REFUSED: readonly [what: string, body: unknown, status: number][] = [
    ['no JSON', 'prompt=hello', 400],
    ['half of a JSON', '{"prompt": "hel', 400],
    ['an array', '["hello"]', 400],
    ['a string', '"hello"', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['no prompt', '{}', 400],
    ['an empty prompt', { prompt: '' }, 400],
    ['a blank prompt', { prompt: ' \t\r\n' }, 400],
    ['a prompt that is a number', { prompt: 1 }, 400],
    ['a prompt over the limit', { prompt: 'x'.repeat(501) }, 400],
    ['a body over 128 KiB', { prompt: 'hi', pad: 'x'.repeat(128 * 1024) }, 413],
    ['an unknown conversation', { prompt: 'hi', conversationId: 'c_unknown' }, 404],
    ['an unknown agent', { prompt: 'hi', agent: 'nobody' }, 404],
  ]
  for (const [what, body, status] of REFUSED) {
    test(`${what} is refused with ${status}`, async () => {
      const answer = await postChat(house.url, body)
      const text = await readAll(answer)
      assert.equal(answer.statusCode, status, text)
      assert.match(answer.headers['content-type']!, /^application\/json/)
      const { error } = JSON.parse(text)
      assert.equal(typeof error.code, 'string')
      assert.match(error.message, /\w+ \w+/)
      assert.doesNotMatch(text, /node_modules|\bat [\w.]+ \(/)
    })
  }

  test('another type of body, and another method, are refused in JSON', async () => {
    const form = await postChat(house.url, 'prompt=hello', { 'content-type': 'application/x-www-form-urlencoded' })
    assert.ok([400, 415].includes(form.statusCode!))
    assert.equal(typeof JSON.parse(await readAll(form)).error.code, 'string')
    const get = await request('GET', `${house.url}/api/chat`)
    assert.ok([404, 405].includes(get.status), `${get.status}`)
  })

  test('a prompt at the limit is taken', async () => {
    assert.ok((await streamTokens(house.url, { prompt: 'Hello '.padEnd(500, '!') })).text)
  })

  test('pages of any origin may ask, here on loopback', async () => {
    const preflight = await fetch(`${house.url}/api/chat`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    assert.ok(preflight.ok)
    const allowed = preflight.headers.get('access-control-allow-origin')!
    assert.ok(['*', 'https://elsewhere.example'].includes(allowed))
    assert.match(preflight.headers.get('access-control-allow-methods')!, /POST/)
    assert.match(preflight.headers.get('access-control-allow-headers')!, /content-type/i)
    const answer = await postChat(house.url, { prompt: 'hi' }, { origin: 'https://elsewhere.example' })
    assert.equal(answer.statusCode, 200)
    assert.ok(['*', 'https://elsewhere.example'].includes(answer.headers['access-control-allow-origin']!))
    await readAll(answer)
  })

  describe('at a natural pace', () => {
    let slow: House
    before(async () => {
      slow = await openHouse({
        env: { STREAMBED_DEMO_PACE: 'natural', CORS_ORIGIN: 'https://one.example,https://two.example' },
      })
    })
    after(() => slow[Symbol.asyncDispose]())

    /** Reads until the answer has begun, closes the request, and gives the conversation it was in. */
    async function leaveEarly(body: object, word: string): Promise<string> {
      const answer = await postChat(slow.url, { prompt: `Write 1500 words about ${word}`, ...body })
      await once(answer, 'data')
      answer.destroy()
      const { items } = (await request('GET', `${slow.url}/v1/conversations?query=${word}`)).body
      assert.equal(items.length, 1)
      return items[0].id
    }

    /** The events of a conversation up to its run's end, which must come within some seconds where it is stopped. */
    async function endOf(conversation: string, after = 0): Promise<{ reason: string } | undefined> {
      const at = `${slow.url}/v1/conversations/${conversation}/events?after=${after}&wait=5`
      const { events, position } = (await request('GET', at)).body
      const end = events.find(({ type }: { type: string }) => type === 'run-end')
      return end ?? (events.length === 0 ? undefined : endOf(conversation, position.seq))
    }

    test('tokens come one after the other', async () => {
      assert.ok((await streamTokens(slow.url, { prompt: 'Hello' })).tokens.length > 3)
    })

    test('closing the request stops the run', async () => {
      assert.equal((await endOf(await leaveEarly({}, 'limestone')))?.reason, 'stopped')
    })

    test('unless it is detached', async () => {
      const conversation = await leaveEarly({ detached: true }, 'sandstone')
      const fold = await request('GET', `${slow.url}/v1/conversations/${conversation}`)
      const [run] = fold.text.match(/"r_\w+"/)!
      const events = await request(
        'GET',
        `${slow.url}/v1/conversations/${conversation}/events?wait=1&after=${fold.body['position'].seq}`,
      )
      assert.ok(
        events.body['events'].every(({ type }: { type: string }) => type !== 'run-end'),
        'it goes on',
      )
      assert.equal((await request('POST', `${slow.url}/v1/runs/${JSON.parse(run)}/stop`)).status, 202)
    })

    test('listed origins are told so, others are not', async () => {
      for (const [origin, isAllowed] of [
        ['https://one.example', true],
        ['https://two.example', true],
        ['https://three.example', false],
      ] as const) {
        const answer = await postChat(slow.url, { prompt: 'hi' }, { origin })
        assert.equal(answer.headers['access-control-allow-origin'] === origin, isAllowed, origin)
        answer.destroy()
      }
    })
  })
})
