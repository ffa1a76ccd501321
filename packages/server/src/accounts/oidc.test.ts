import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstOwner, guest, signedIn, type TestAccounts, testAccounts, visitor } from './accounts.fixture.ts'
import { finishErasure, openErasures } from './erasures.ts'
import { identifySession } from './identify.ts'
import { invite } from './invitations.ts'
import { type Journeys, journeys } from './oidc.ts'
import { changePerson, peopleOf, removePerson } from './people.ts'
import { CLIENT, type TestProvider, testProvider } from './provider.fixture.ts'

const BACK = 'https://chat.example.com/v1/auth/oidc/callback'
const ada = { sub: 'ada-1', email: 'Ada@lab.example', email_verified: true, name: 'Ada' }

function open(accounts: TestAccounts, { issuer }: TestProvider, domains: readonly string[] = []): Journeys {
  return journeys(accounts, { issuer, ...CLIENT, scopes: 'openid email', redirectUrl: BACK, domains })
}

/** There and back again, as one browser. */
async function travel(provider: TestProvider, doors: Journeys): Promise<string> {
  const { url, token } = await doors.begin()
  return doors.end(await provider.visit(url), token, visitor)
}

test('the admin of the settings becomes the first owner, and is known from then on', async () => {
  await using provider = await testProvider()
  const accounts = testAccounts({ adminEmail: 'ada@lab.example' })
  const doors = open(accounts, provider)
  provider.claims = ada
  const { principal } = await signedIn(accounts, await travel(provider, doors))
  assert.deepEqual([principal.owner, principal.role], [{ org: 'local', user: 'local' }, 'owner'])
  provider.claims = { sub: 'ada-1' } // the provider knows the person; addresses change
  const again = await signedIn(accounts, await travel(provider, doors))
  assert.deepEqual(again.principal.owner, principal.owner)
  assert.notEqual(again.token, principal.credential)
})

test('others come in by invitation, by domain, or by an account with their confirmed address', async () => {
  await using provider = await testProvider()
  const accounts = testAccounts()
  const owner = await firstOwner(accounts)
  const doors = open(accounts, provider, ['lab.example'])
  const bob = await guest(accounts, owner.principal, 'bob@elsewhere.example')
  await invite(accounts, owner.principal, { email: 'carol@elsewhere.example', role: 'viewer' })
  const arrive = async (claims: object) => {
    provider.claims = { ...claims }
    return (await signedIn(accounts, await travel(provider, doors))).principal
  }
  const asBob = await arrive({ sub: '1', email: 'BOB@elsewhere.example', email_verified: 'true' })
  assert.deepEqual(asBob.owner, bob.principal.owner)
  const carol = await arrive({ sub: '2', email: 'carol@elsewhere.example', email_verified: true })
  assert.equal(carol.role, 'viewer')
  const dan = await arrive({ sub: '3', email: 'dan@lab.example', email_verified: true })
  assert.equal(dan.role, 'member')
  const { items } = await peopleOf(accounts, owner.principal)
  assert.deepEqual(
    items.map(({ email, role }) => `${email} ${role}`),
    [
      'ada@lab.example owner',
      'bob@elsewhere.example member',
      'carol@elsewhere.example viewer',
      'dan@lab.example member',
    ],
  )
})

test('nobody else comes in', async () => {
  await using provider = await testProvider()
  const accounts = testAccounts()
  const owner = await firstOwner(accounts)
  const doors = open(accounts, provider, ['lab.example'])
  const bob = await guest(accounts, owner.principal, 'bob@lab.example')
  await changePerson(accounts, owner.principal, bob.principal.owner.user, { disabled: true })
  for (const claims of [
    { sub: '1', email: 'eve@evil.example', email_verified: true },
    { sub: '2', email: 'eve@lab.example.evil', email_verified: true },
    { sub: '3', email: 'eve@lab.example' },
    { sub: '4', email: 'ada@lab.example', email_verified: false },
    { sub: '5', email: 'ada@lab.example', email_verified: 'yes' },
    { sub: '6', email: ['ada@lab.example'], email_verified: true },
    { sub: '7', email_verified: true },
    { sub: '8', email: 'bob@lab.example', email_verified: true },
  ]) {
    provider.claims = claims
    await assert.rejects(travel(provider, doors), { code: 'not-invited' }, JSON.stringify(claims))
  }
})

test('an answer that is not for this journey, or not the provider’s, is refused', async () => {
  await using provider = await testProvider()
  const accounts = testAccounts({ adminEmail: 'ada@lab.example' })
  const doors = open(accounts, provider)
  provider.claims = ada
  const failed = { code: 'sign-in-failed' }
  const now = Math.floor(Date.now() / 1_000)
  for (const forge of [
    { key: 'foreign' },
    { claims: { nonce: 'another' } },
    { claims: { nonce: undefined } },
    { claims: { iss: `${provider.issuer}.evil` } },
    { claims: { aud: 'another client' } },
    { claims: { exp: now - 100 } },
    { claims: { sub: undefined } },
  ] as const) {
    provider.forge = forge
    await assert.rejects(travel(provider, doors), failed, JSON.stringify(forge))
  }
  provider.forge = undefined

  const mine = await doors.begin()
  const evils = await doors.begin()
  const back = await provider.visit(evils.url)
  await assert.rejects(doors.end(back, mine.token, visitor), failed, 'a code that somebody else was given')
  await assert.rejects(doors.end(back, undefined, visitor), failed, 'a browser that never set out')
  await assert.rejects(doors.end(back, 'sbj_1', visitor), failed)
  const denied = new URL(`${BACK}?error=access_denied&state=${mine.url.match(/state=(\w+)/)![1]}`)
  await assert.rejects(doors.end(denied, mine.token, visitor), failed)

  const { url, token } = await doors.begin()
  const there = await provider.visit(url)
  await identifySession(accounts, await doors.end(there, token, visitor))
  await assert.rejects(doors.end(there, token, visitor), failed, 'twice')
  const slow = await doors.begin()
  accounts.clock.now += 600_000
  await assert.rejects(doors.end(await provider.visit(slow.url), slow.token, visitor), failed, 'too late')
})

test('a provider that is away fails one sign-in, not the next', async () => {
  const accounts = testAccounts()
  const away = await testProvider()
  await away[Symbol.asyncDispose]()
  const doors = open(accounts, away)
  await assert.rejects(doors.begin(), { code: 'sign-in-failed' })
  await assert.rejects(doors.begin(), { code: 'sign-in-failed' })
})

test('who was removed is not let in by their domain, but comes back by an invitation', async () => {
  await using provider = await testProvider()
  const accounts = testAccounts()
  const owner = await firstOwner(accounts)
  const doors = open(accounts, provider, ['lab.example'])
  provider.claims = { sub: '1', email: 'dan@lab.example', email_verified: true }
  const dan = await signedIn(accounts, await travel(provider, doors))
  await removePerson(accounts, owner.principal, dan.principal.owner.user)
  await assert.rejects(travel(provider, doors), { code: 'not-invited' })
  for (const erasure of await openErasures(accounts)) await finishErasure(accounts, erasure)
  await assert.rejects(travel(provider, doors), { code: 'not-invited' })
  await invite(accounts, owner.principal, { email: 'dan@lab.example', role: 'viewer' })
  const again = await signedIn(accounts, await travel(provider, doors))
  assert.equal(again.principal.role, 'viewer')
  assert.deepEqual((await signedIn(accounts, await travel(provider, doors))).principal.owner, again.principal.owner)
})
