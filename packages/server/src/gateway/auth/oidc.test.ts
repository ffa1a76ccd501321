import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journeys } from '../../accounts/oidc.ts'
import { CLIENT, testProvider } from '../../accounts/provider.fixture.ts'
import { ask, type House, openHouse } from './house.fixture.ts'

async function houseAt(issuer: string): Promise<House> {
  return openHouse({
    adminEmail: 'ada@lab.example',
    journeys: (accounts) =>
      journeys(accounts, {
        issuer,
        ...CLIENT,
        scopes: 'openid email profile',
        redirectUrl: 'https://chat.example.com/v1/auth/oidc/callback',
        domains: [],
      }),
  })
}

const cookieIn = (headers: Headers, name: string): string | undefined =>
  headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.split(';')[0]

test('a browser goes to the provider and comes back signed in', async () => {
  await using provider = await testProvider()
  await using house = await houseAt(provider.issuer)
  const [, ways] = await ask(house, {}, 'GET', '/v1/auth')
  assert.deepEqual([ways.ways, ways.provider], [['password', 'provider'], '127.0.0.1'])
  provider.claims = { sub: '1', email: 'ada@lab.example', email_verified: true, name: 'Ada' }

  const [status, , away] = await ask(house, {}, 'GET', '/v1/auth/oidc')
  assert.equal(status, 302)
  const journey = cookieIn(away, 'streambed-journey')!
  const back = await provider.visit(away.get('location')!)
  const fromProvider = { cookie: journey, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  const [arrived, , home] = await ask(house, fromProvider, 'GET', back.pathname + back.search)
  assert.deepEqual([arrived, home.get('location')], [302, '/sign-in'])
  assert.equal(cookieIn(home, 'streambed-journey'), 'streambed-journey=')
  const cookie = cookieIn(home, 'streambed')!
  const [, me] = await ask(house, { cookie }, 'GET', '/v1/account')
  assert.deepEqual([me.email, me.role, me.hasPassword], ['ada@lab.example', 'owner', false])
})

test('one who is not invited learns so on the sign-in page, and a foreign journey leads nowhere', async () => {
  await using provider = await testProvider()
  await using house = await houseAt(provider.issuer)
  provider.claims = { sub: '2', email: 'eve@evil.example', email_verified: true }
  const [, , away] = await ask(house, {}, 'GET', '/v1/auth/oidc')
  const back = await provider.visit(away.get('location')!)
  const [, , without] = await ask(house, {}, 'GET', back.pathname + back.search)
  assert.equal(without.get('location'), '/sign-in?error=sign-in-failed')
  const cookie = cookieIn(away, 'streambed-journey')!
  const [, , refused] = await ask(house, { cookie }, 'GET', back.pathname + back.search)
  assert.equal(refused.get('location'), '/sign-in?error=not-invited')
  assert.equal(cookieIn(refused, 'streambed'), undefined)
})
