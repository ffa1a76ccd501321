import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type House, openHouse } from './harness/house.ts'
import { ofType, openSocket } from './harness/raw-socket.ts'
import { request } from './harness/request.ts'
import { assertCallError, makeCall, type Prediction, readCall } from './scripts/make-call.ts'

// Contract 2: /ws/calls, and any socket whose frames carry `action`.

/** The year to come: what is said of it is never in the past. */
const NEXT = new Date().getUTCFullYear() + 1

describe('prediction calls', () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  const DATES: readonly [claim: string, zone: string | undefined, instant: string][] = [
    [`The Nikkei will close above 60000 points by March ${NEXT}`, 'Asia/Tokyo', `${NEXT}-03-31T14:59:59Z`],
    [`Gold will cost more than $5,000 an ounce by March ${NEXT}`, 'America/New_York', `${NEXT}-04-01T03:59:59Z`],
    [`Our bridge will be open by October ${NEXT}`, 'Europe/London', `${NEXT}-10-31T23:59:59Z`],
    [`Wheat will be cheaper by July ${NEXT}`, 'Australia/Adelaide', `${NEXT}-07-31T14:29:59Z`],
    [`Copper will reach 12000 dollars by June ${NEXT}`, undefined, `${NEXT}-06-30T23:59:59Z`],
    [`The S&P 500 will reach 9000 points by November ${NEXT}`, 'Asia/Kolkata', `${NEXT}-11-30T18:29:59Z`],
  ]
  for (const [claim, zone, instant] of DATES) {
    test(`"${claim}" in ${zone ?? 'no zone'} is due at ${instant}`, async () => {
      using socket = await openSocket(house.socketUrl('/ws/calls'))
      const { prediction, tools } = await makeCall(socket, claim, zone, { unknown: ['field'] })
      assert.equal(new Date(prediction.verification_date).toISOString().replace('.000', ''), instant)
      assert.ok(tools.some(({ name }) => name === 'current_time'))
      assert.ok(tools.some(({ name }) => name === 'parse_date_with_timezone'))
      for (const { input } of tools) assert.equal(typeof input, 'object')
    })
  }

  test('words for times to come are understood in the zone of whoever says them', async () => {
    using socket = await openSocket(house.socketUrl('/ws/calls'))
    const zone = 'America/Los_Angeles'
    const friday = await makeCall(socket, 'It will rain in Portland next Friday at 5pm', zone)
    const due = new Date(friday.prediction.verification_date)
    assert.match(
      due.toLocaleString('en-GB', { timeZone: zone, weekday: 'long', hour: '2-digit', minute: '2-digit' }),
      /Friday.*17:00/,
    )
    assert.ok(due.getTime() > Date.now() && due.getTime() < Date.now() + 15 * 86_400_000)

    const weeks = await makeCall(socket, 'My sourdough will have a name in 3 weeks', zone)
    const days = (new Date(weeks.prediction.verification_date).getTime() - Date.now()) / 86_400_000
    assert.ok(days > 19.9 && days < 22.1, `${days} days`)

    const christmas = await makeCall(socket, 'There will be snow in Denver before Christmas', zone)
    const eve = new Date(new Date(christmas.prediction.verification_date).getTime() - 1_000)
    assert.match(eve.toLocaleString('en-GB', { timeZone: zone, day: 'numeric', month: 'long' }), /24 December/)
  })

  test('calls on one socket are answered one after the other', async () => {
    using socket = await openSocket(house.socketUrl('/ws/calls'))
    const claims = ['Silver will double', 'Tin will halve', 'Zinc will stay'].map((claim) => `${claim} by May ${NEXT}`)
    for (const prompt of claims) socket.send({ action: 'makecall', prompt })
    for (const claim of claims) {
      const { prediction } = await readCall(socket)
      assert.match(prediction.prediction_statement, new RegExp(claim.split(' ')[0]!, 'i'))
    }
    assert.deepEqual(socket.rest(), [])
  })

  test('/ws speaks it when the first frame carries an action', async () => {
    using socket = await openSocket(house.socketUrl('/ws'))
    const { prediction } = await makeCall(socket, `Nickel will reach 30000 dollars by August ${NEXT}`, 'Europe/Oslo')
    assert.equal(new Date(prediction.verification_date).toISOString(), `${NEXT}-08-31T21:59:59.000Z`)
    socket.send({ action: 'dance' })
    assertCallError(await socket.next(), 'unknown-action')
    socket.write('}{')
    assertCallError(await socket.next())
  })

  for (const path of ['/ws/dashboard', '/ws/chat', '/api/v1/chat/ws/chat', '/ws']) {
    test(`${path} answers a frame with an action, and goes on with its own`, async () => {
      using socket = await openSocket(house.socketUrl(path))
      if (!/^\/ws($|\/dashboard)/.test(path)) await socket.next() // its greeting
      socket.send({ id: 'before', type: 'chat.list_sessions' })
      assert.equal((await socket.next())['id'], 'before')
      const { prediction } = await makeCall(socket, `Hops will be dearer by August ${NEXT}`, 'Europe/Oslo')
      assert.equal(prediction.verification_date, `${NEXT}-08-31T21:59:59Z`)
      socket.send({ action: 'yodel' })
      assertCallError(await socket.next(), 'unknown-action')
      if (path !== '/ws/chat') return
      socket.send({ message: 'hello', action: 'none of the builder’s fields' })
      assert.equal((await socket.until(ofType('response', 'error'))).at(-1)!['type'], 'response')
    })
  }

  test('zones are understood in any case, and those with an odd name too', async () => {
    using socket = await openSocket(house.socketUrl('/ws/calls'))
    for (const [zone, instant] of [
      ['asia/tokyo', 'T14:59:59Z'],
      ['Japan', 'T14:59:59Z'],
      ['Etc/GMT+5', '-01T04:59:59Z'],
      ['America/Argentina/Buenos_Aires', '-01T02:59:59Z'],
    ] as const) {
      const { prediction } = await makeCall(socket, `Flax will be dearer by July ${NEXT}`, zone)
      assert.ok(prediction.verification_date.endsWith(instant), `${zone}: ${prediction.verification_date}`)
      assert.match(prediction.prediction_statement, /^Flax will be dearer/)
    }
  })

  test('what cannot be understood gets an error frame, and the connection stays', async () => {
    using socket = await openSocket(house.socketUrl('/ws/calls'))
    socket.send({ action: 'sing', prompt: 'la' })
    assertCallError(await socket.next(), 'unknown-action')
    const nonsense: readonly (string | object)[] = [
      'by March',
      '{"action": "makecall", ',
      '[{"action": "makecall"}]',
      'true',
      {},
      { action: 'makecall' },
      { action: 'makecall', prompt: '' },
      { action: 'makecall', prompt: '  \u2003 ' },
      { action: 'makecall', prompt: 5 },
      { action: 'makecall', prompt: 'x'.repeat(32_001) },
      { action: 'makecall', prompt: `Rice by May ${NEXT}`, timezone: 'Middle-earth/Shire' },
      { action: 'makecall', prompt: `Rice by May ${NEXT}`, timezone: '+02:00' },
      { action: 'makecall', prompt: `Rice by May ${NEXT}`, timezone: 9 },
      { action: 17, prompt: 'a number for an action' },
      { prompt: 'no action at all' },
    ]
    for (const frame of nonsense) {
      if (typeof frame === 'string') socket.write(frame)
      else socket.send(frame)
      const [answer] = (await socket.until(({ type }) => type !== 'status')).slice(-1)
      assertCallError(answer!)
    }
    assert.ok((await makeCall(socket, `Oats will be dearer by May ${NEXT}`)).prediction)
  })

  test('a frame over 128 KiB closes with 1009', async () => {
    using socket = await openSocket(house.socketUrl('/ws/calls'))
    socket.write(JSON.stringify({ action: 'makecall', prompt: 'p'.repeat(128 * 1024) }))
    assert.equal(await socket.closed, 1009)
  })

  test('a call is an ordinary conversation', async () => {
    using socket = await openSocket(house.socketUrl('/ws/calls'))
    await makeCall(socket, `Platypuses will be seen in Hobart by May ${NEXT}`)
    const found = await request('GET', `${house.url}/v1/conversations?query=platypuses`)
    assert.deepEqual(
      found.body['items'].map(({ agent }: { agent: string }) => agent),
      ['predictions'],
    )
  })

  describe('the list', () => {
    let at: string
    before(() => {
      at = `${house.url}/v1/predictions`
    })
    const prediction = (statement: string): Prediction => ({
      prediction_statement: statement,
      verification_date: `${NEXT}-04-02T10:20:30Z`,
      date_reasoning: 'It was said so.',
      verification_method: {
        source: ['The almanac'],
        criteria: ['It is written there'],
        steps: ['Open it', 'Read it'],
      },
      initial_status: 'pending',
    })

    test('a prediction from the wire is logged once, however often it is sent', async () => {
      using socket = await openSocket(house.socketUrl('/ws/calls'))
      const called = (await makeCall(socket, `Barley will be dearer by May ${NEXT}`, 'Europe/Paris')).prediction
      const first = await request('POST', at, { prediction: called })
      assert.equal(first.status, 201)
      assert.match(first.body['id'], /^\S+$/)
      const again = await request('POST', at, { prediction: called })
      assert.equal(again.body['id'], first.body['id'])
      assert.ok(again.status === 200 || again.status === 201)

      const read = await request('GET', `${at}/${first.body['id']}`)
      assert.equal(read.status, 200)
      assert.deepEqual(read.body['prediction'], called)
      assert.equal(read.body['status'], 'pending')
    })

    test('two different ones are two', async () => {
      const one = await request('POST', at, { prediction: prediction('It will be one') })
      const two = await request('POST', at, { prediction: prediction('It will be two') })
      assert.notEqual(one.body['id'], two.body['id'])
    })

    for (const status of ['verified_true', 'verified_false', 'inconclusive']) {
      test(`a pending one becomes ${status}, and is found so`, async () => {
        const { body } = await request('POST', at, { prediction: prediction(`It will be ${status}`) })
        const judged = await request('PATCH', `${at}/${body['id']}`, { status })
        assert.deepEqual([judged.status, judged.body['status']], [200, status])
        const pending = await request('GET', `${at}?status=pending&limit=100`)
        assert.ok(!pending.body['items'].some(({ id }: { id: string }) => id === body['id']))
        const found = await request('GET', `${at}?status=${status}`)
        assert.deepEqual(
          found.body['items'].map(({ id }: { id: string }) => id),
          [body['id']],
        )
        for (const other of ['verified_true', 'verified_false', 'pending'].filter((one) => one !== status)) {
          const twice = await request('PATCH', `${at}/${body['id']}`, { status: other })
          assert.ok(twice.status === 409 || twice.status === 422, `${status} to ${other} gave ${twice.status}`)
          assert.equal(typeof twice.body['error'].code, 'string')
        }
        assert.equal((await request('GET', `${at}/${body['id']}`)).body['status'], status)
      })
    }

    test('what is wrong is refused in words', async () => {
      const { body } = await request('POST', at, { prediction: prediction('It will be wrong') })
      const wrong: readonly [method: string, url: string, body: unknown, status: readonly number[]][] = [
        ['PATCH', `${at}/${body['id']}`, { status: 'perhaps' }, [400, 422]],
        ['PATCH', `${at}/${body['id']}`, { status: null }, [400, 422]],
        ['PATCH', `${at}/nobody`, { status: 'verified_true' }, [404]],
        ['GET', `${at}/nobody`, undefined, [404]],
        ['POST', at, {}, [400, 422]],
        ['POST', at, { prediction: {} }, [400, 422]],
        ['POST', at, { prediction: 'rain' }, [400, 422]],
        ['POST', at, '{"prediction": ', [400]],
        ['POST', at, { prediction: { ...prediction('x'), verification_date: 'soon' } }, [400, 422]],
        ['POST', at, { prediction: { ...prediction('x'), prediction_statement: ' ' } }, [400, 422]],
        ['POST', at, { prediction: { ...prediction('x'), pad: 'p'.repeat(130 * 1024) } }, [413]],
        ['GET', `${at}?cursor=nonsense`, undefined, [400]],
        ['GET', `${at}?limit=0`, undefined, [400]],
      ]
      for (const [method, url, sent, statuses] of wrong) {
        const answer = await request(method, url, sent)
        const what = `${method} ${url} ${JSON.stringify(sent)?.slice(0, 80)}`
        assert.ok(statuses.includes(answer.status), `${what} gave ${answer.status} ${answer.text.slice(0, 200)}`)
        assert.deepEqual(
          [typeof answer.body['error']?.code, typeof answer.body['error']?.message, typeof answer.body['error']?.retry],
          ['string', 'string', 'boolean'],
          what,
        )
      }
    })

    test('a cursor goes through all of them, newest first, each once', async () => {
      const made: string[] = []
      for (let i = 0; i < 7; i++)
        made.unshift((await request('POST', at, { prediction: prediction(`Page ${i}`) })).body['id'])
      const seen: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await request('GET', `${at}?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
        assert.deepEqual(Object.keys(page.body).sort(), ['cursor', 'items'])
        assert.ok(page.body['items'].length <= 3)
        seen.push(...page.body['items'].map(({ id }: { id: string }) => id))
        cursor = page.body['cursor']
      }
      assert.deepEqual(seen.slice(0, 7), made)
      assert.equal(new Set(seen).size, seen.length)
    })

    test('what is deleted is gone, and deleting it again is harmless', async () => {
      const { body } = await request('POST', at, { prediction: prediction('It will be gone') })
      assert.equal((await request('DELETE', `${at}/${body['id']}`)).status, 204)
      assert.equal((await request('GET', `${at}/${body['id']}`)).status, 404)
      assert.equal((await request('DELETE', `${at}/${body['id']}`)).status, 204)
      const again = await request('POST', at, { prediction: prediction('It will be gone') })
      assert.equal(again.status, 201)
      assert.notEqual(again.body['id'], body['id'])
    })
  })
})
