import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD_COST, passwords } from './password.ts'

const cheap = passwords({ cost: 4 })
const about = { email: 'ada@lab.example' }

test('a password fits its own hash, which is another every time', async () => {
  const [one, other] = [await cheap.hash('seven blue horses', about), await cheap.hash('seven blue horses', about)]
  assert.notEqual(one, other)
  assert.equal(await cheap.fits('seven blue horses', one), true)
  assert.equal(await cheap.fits('seven blue horse', one), false)
  assert.equal(await cheap.fits('', one), false)
  assert.equal(await cheap.fits('seven blue horses', null), false)
})

test('the same letters typed as other code points are the same password', async () => {
  const hash = await cheap.hash('caf\u00e9 au lait noir', about)
  assert.equal(await cheap.fits('cafe\u0301 au lait noir', hash), true)
})

test('a hash keeps what it cost: the price may rise without anybody losing theirs', async () => {
  const hash = await passwords({ cost: 5 }).hash('seven blue horses', about)
  assert.match(hash, /^scrypt\$5\$/)
  assert.equal(await cheap.fits('seven blue horses', hash), true)
})

test('what is easily guessed is refused', async () => {
  for (const weak of [
    'short',
    'password123',
    'Streambed2026',
    'ada@lab.example1',
    'aaaaaaaaaaaaaaaa',
    'ababababababab',
    '1234567890123',
    'x'.repeat(201),
  ])
    await assert.rejects(cheap.hash(weak, about), { code: 'password-weak' }, weak)
})

test('nobody takes as long as somebody, at the full price', async () => {
  const real = passwords()
  const hash = await real.hash('seven blue horses', about)
  const timed = async (kept: string | null): Promise<number> => {
    const start = performance.now()
    assert.equal(await real.fits('not the password', kept), false)
    return performance.now() - start
  }
  let [somebody, nobody] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let time = 0; time < 4; time++) {
    somebody = Math.min(somebody, await timed(hash))
    nobody = Math.min(nobody, await timed(null))
  }
  assert.ok(Math.max(somebody, nobody) < 4 * Math.min(somebody, nobody), `${somebody} ms and ${nobody} ms`)
  assert.match(hash, new RegExp(`^scrypt\\$${PASSWORD_COST}\\$`))
})

test('of many at once only some wait', async () => {
  const hash = await cheap.hash('seven blue horses', about)
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => cheap.fits('another one', hash)))
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 48)
})
