import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currentTime } from './current-time.ts'
import { toolContext } from './tool-context.fixture.ts'

const now = () => new Date('2026-03-29T00:59:59.500Z')

test('the time is an instant, and what the clock on the wall says', async () => {
  assert.deepEqual(await timeIn({ zone: 'Asia/Kolkata' }), {
    instant: '2026-03-29T00:59:59.500Z',
    zone: 'Asia/Kolkata',
    local: 'Sunday, 29 March 2026, 06:29:59',
    weekday: 'Sunday',
    offset: '+05:30',
  })
})

test('without a zone it is UTC', async () => {
  for (const input of [{}, { zone: '' }, { zone: 'UTC' }]) {
    assert.deepEqual(await timeIn(input), {
      instant: '2026-03-29T00:59:59.500Z',
      zone: 'UTC',
      local: 'Sunday, 29 March 2026, 00:59:59',
      weekday: 'Sunday',
      offset: '+00:00',
    })
  }
})

test('daylight saving time counts', async () => {
  const offsetAt = async (instant: string) =>
    ((await timeIn({ zone: 'Europe/Oslo' }, () => new Date(instant))) as { offset: string }).offset
  assert.equal(await offsetAt('2026-03-29T00:59:59Z'), '+01:00')
  assert.equal(await offsetAt('2026-03-29T01:00:00Z'), '+02:00')
})

test('a zone that does not exist is answered with one that does', async () => {
  await assert.rejects(timeIn({ zone: 'Oslo' }), {
    message: '"Oslo" is not an IANA time zone. Did you mean Europe/Oslo?',
  })
  await assert.rejects(timeIn({ zone: 'Mars/Olympus' }), {
    message: '"Mars/Olympus" is not an IANA time zone. Use one such as Europe/Oslo or UTC.',
  })
})

function timeIn(input: { zone?: string }, clock = now): Promise<unknown> {
  return currentTime.run(input as never, toolContext({ now: clock }).context)
}
