import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstOwner, guest, HOUR_MS, PASSWORD, signedIn, testAccounts, visitor } from './accounts.fixture.ts'
import { finishErasure, openErasures } from './erasures.ts'
import { identifyKey, identifySession, isOut, stillStands } from './identify.ts'
import { accept, acceptSignedIn, invite, inviteFirst, readInvitation, withdrawInvitation } from './invitations.ts'
import { createKey, keysOf, revokeKey } from './keys.ts'
import { createOrganisation, organisationsOf } from './organisations.ts'
import { changePerson, peopleOf, removePerson, resetPassword, setPassword } from './people.ts'
import { changePassword, endSession, enterOrganisation, sessionsOf, signIn, signOut } from './sessions.ts'
import { issueTicket, redeemTicket } from './tickets.ts'

const unauthorized = { code: 'unauthorized' }

test('the first invitation makes the first owner, once, and goes on with what there was', async () => {
  const accounts = testAccounts()
  const stale = await inviteFirst(accounts)
  const { principal } = await firstOwner(accounts)
  assert.deepEqual(principal.owner, { org: 'local', user: 'local' })
  assert.equal(principal.role, 'owner')
  assert.equal(await inviteFirst(accounts), undefined)
  await assert.rejects(readInvitation(accounts, stale!), { code: 'link-spent' })
})

test('an address in the settings is the only one that the first invitation is for', async () => {
  const accounts = testAccounts({ adminEmail: 'Ada@Lab.example' })
  const token = (await inviteFirst(accounts))!
  const said = { token, email: 'eve@evil.example', name: 'Ada', password: PASSWORD }
  const session = await accept(accounts, said, visitor)
  const { principal } = await signedIn(accounts, session)
  const { items } = await peopleOf(accounts, principal)
  assert.deepEqual(
    items.map(({ email, role }) => [email, role]),
    [['ada@lab.example', 'owner']],
  )
})

test('two who use one invitation at once do not both get in', async () => {
  const accounts = testAccounts()
  const { principal } = await firstOwner(accounts)
  const { token } = await invite(accounts, principal, { email: 'bob@lab.example', role: 'member' })
  const said = { token, name: 'Bob', password: PASSWORD }
  const outcomes = await Promise.allSettled([accept(accounts, said, visitor), accept(accounts, said, visitor)])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(accept(accounts, said, visitor), { code: 'link-spent' })
})

test('an invitation ends after a week, and when it is taken back', async () => {
  const accounts = testAccounts()
  const { principal } = await firstOwner(accounts)
  const one = await invite(accounts, principal, { email: 'bob@lab.example', role: 'member' })
  await withdrawInvitation(accounts, principal, one.id)
  const other = await invite(accounts, principal, { email: 'bob@lab.example', role: 'member' })
  accounts.clock.now += 7 * 24 * HOUR_MS
  for (const { token } of [one, other])
    await assert.rejects(accept(accounts, { token, name: 'Bob', password: PASSWORD }, visitor), { code: 'link-spent' })
})

test('unknown addresses, wrong passwords and disabled accounts look the same', async () => {
  const accounts = testAccounts()
  const { principal } = await firstOwner(accounts)
  const bob = await guest(accounts, principal, 'bob@lab.example')
  await changePerson(accounts, principal, bob.principal.owner.user, { disabled: true })
  const failures = await Promise.all(
    [
      { email: 'nobody@lab.example', password: PASSWORD },
      { email: 'ada@lab.example', password: 'not the password' },
      { email: 'bob@lab.example', password: PASSWORD },
    ].map((said) => signIn(accounts, said, visitor).catch(({ code, message, status }) => ({ code, message, status }))),
  )
  const same = { code: 'wrong-credentials', message: 'The e-mail address or the password is wrong.', status: 401 }
  assert.deepEqual(failures, [same, same, same])
})

test('guessing is slowed down, for an account from one address and for an address', async () => {
  const accounts = testAccounts()
  await firstOwner(accounts)
  const guess = (email: string, password: string, address: string) =>
    signIn(accounts, { email, password }, { ...visitor, address }).then(
      () => 'in',
      ({ code }) => code,
    )
  const many = await Promise.all(Array.from({ length: 8 }, () => guess('ada@lab.example', 'a guess', '192.0.2.7')))
  assert.deepEqual(many, [...Array(5).fill('wrong-credentials'), ...Array(3).fill('too-many')])
  assert.equal(await guess('ADA@lab.example', PASSWORD, '192.0.2.7'), 'too-many')
  assert.equal(await guess('ada@lab.example', PASSWORD, '192.0.2.8'), 'in')
  for (let i = 0; i < 45; i++) await guess(`u${i}@lab.example`, 'a guess', '192.0.2.7')
  assert.equal(await guess('carol@lab.example', 'a guess', '192.0.2.7'), 'too-many')
  accounts.clock.now += 15 * 60_000
  assert.equal(await guess('ada@lab.example', PASSWORD, '192.0.2.7'), 'in')
})

test('a session ends when nobody uses it, and in the end in any case', async () => {
  const accounts = testAccounts()
  const { token } = await firstOwner(accounts)
  for (let hours = 0; hours < 9.5; hours += 0.5) {
    accounts.clock.now += HOUR_MS / 2
    await identifySession(accounts, token)
  }
  accounts.clock.now += HOUR_MS / 2
  await assert.rejects(identifySession(accounts, token), unauthorized)
  const again = await signIn(accounts, { email: 'ada@lab.example', password: PASSWORD }, visitor)
  accounts.clock.now += HOUR_MS
  await assert.rejects(identifySession(accounts, again), unauthorized)
})

test('every sign-in has a token of its own, and signing out ends that one', async () => {
  const accounts = testAccounts()
  const { token } = await firstOwner(accounts)
  const other = await signedIn(
    accounts,
    await signIn(accounts, { email: 'ada@lab.example', password: PASSWORD }, visitor),
  )
  assert.notEqual(token, other.token)
  await signOut(accounts, token)
  await signOut(accounts, token)
  await assert.rejects(identifySession(accounts, token), unauthorized)
  assert.equal(await stillStands(accounts, other.principal), true)
})

test('a token that is cut, longer, of another kind or of another session lets nobody in', async () => {
  const accounts = testAccounts()
  const { token } = await firstOwner(accounts)
  const other = await signIn(accounts, { email: 'ada@lab.example', password: PASSWORD }, visitor)
  const [prefix, id, secret] = token.split('_') as [string, string, string]
  const [, , ...foreign] = other.split('_')
  for (const forged of [
    '',
    'sbs',
    token.slice(0, -1),
    `${token}A`,
    `sbk_${id}_${secret}`,
    `${prefix}_${id}_${foreign.join('_').slice(0, 43)}`,
    `${prefix}_${id.replace(/./, (c) => (c === '0' ? '1' : '0'))}_${secret}`,
    `${prefix}_${id}_${'A'.repeat(43)}`,
    `${prefix}_${id}_`,
    ` ${token}`,
    token.toUpperCase(),
  ])
    await assert.rejects(identifySession(accounts, forged), unauthorized, forged)
})

test('another password ends all other sessions and changes the token', async () => {
  const accounts = testAccounts()
  const { token, principal } = await firstOwner(accounts)
  const elsewhere = await signIn(accounts, { email: 'ada@lab.example', password: PASSWORD }, visitor)
  await assert.rejects(changePassword(accounts, token, { current: 'wrong one', next: 'nine green goats' }, visitor), {
    code: 'wrong-credentials',
  })
  await assert.rejects(changePassword(accounts, token, { current: PASSWORD, next: 'password123' }, visitor), {
    code: 'password-weak',
  })
  const changed = await changePassword(accounts, token, { current: PASSWORD, next: 'nine green goats' }, visitor)
  for (const old of [token, elsewhere]) await assert.rejects(identifySession(accounts, old), unauthorized)
  assert.deepEqual((await identifySession(accounts, changed)).owner, principal.owner)
  await signIn(accounts, { email: 'ada@lab.example', password: 'nine green goats' }, visitor)
})

test('one sees where one is signed in, and ends sessions of one’s own alone', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const [session] = await sessionsOf(accounts, ada.principal)
  const { now } = accounts.clock
  assert.deepEqual(session, {
    id: session!.id,
    via: 'password',
    browser: 'Firefox',
    createdAt: now,
    seenAt: now,
    until: now + 10 * HOUR_MS,
  })
  await assert.rejects(endSession(accounts, bob.principal, session!.id), { code: 'not-found' })
  await endSession(accounts, ada.principal, session!.id)
  await assert.rejects(identifySession(accounts, ada.token), unauthorized)
})

test('another role ends the sessions made for the old one', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const before = accounts.changes()
  await changePerson(accounts, ada.principal, bob.principal.owner.user, { role: 'viewer' })
  assert.ok(accounts.changes() > before)
  assert.equal(await stillStands(accounts, bob.principal), false)
  await assert.rejects(identifySession(accounts, bob.token), unauthorized)
  const again = await signIn(accounts, { email: 'bob@lab.example', password: PASSWORD }, visitor)
  assert.equal((await identifySession(accounts, again)).role, 'viewer')
})

test('who is disabled or taken out is out at once, with their keys and tickets', async () => {
  for (const how of ['disabled', 'removed'] as const) {
    const accounts = testAccounts()
    const ada = await firstOwner(accounts)
    const bob = await guest(accounts, ada.principal, 'bob@lab.example')
    const key = await createKey(accounts, bob.principal, { title: 'ci', scopes: ['read'], days: null })
    const { ticket } = await issueTicket(accounts, bob.principal, null)
    const { user } = bob.principal.owner
    if (how === 'disabled') await changePerson(accounts, ada.principal, user, { disabled: true })
    else await removePerson(accounts, ada.principal, user)
    await assert.rejects(identifySession(accounts, bob.token), unauthorized)
    await assert.rejects(identifyKey(accounts, key.token), unauthorized)
    await assert.rejects(redeemTicket(accounts, ticket, null), unauthorized)
    assert.equal(await stillStands(accounts, bob.principal), false)
    assert.equal(await isOut(accounts, bob.principal.owner), true)
    assert.equal(await isOut(accounts, ada.principal.owner), false)
    assert.equal(await isOut(accounts, { org: 'jwt:all', user: 'jwt:bob' }), false, 'their issuer looks after them')
  }
})

test('there is always an owner: the last one can neither go nor be less, nor two make an end of each other', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const me = ada.principal.owner.user
  for (const change of [{ role: 'member' }, { disabled: true }] as const)
    await assert.rejects(changePerson(accounts, ada.principal, me, change), { code: 'last-owner' })
  await assert.rejects(removePerson(accounts, ada.principal, me), { code: 'last-owner' })
  const bob = await guest(accounts, ada.principal, 'bob@lab.example', 'owner')
  const outcomes = await Promise.allSettled([
    changePerson(accounts, ada.principal, bob.principal.owner.user, { role: 'member' }),
    changePerson(accounts, bob.principal, me, { role: 'member' }),
  ])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('an admin does nothing to owners, and makes none', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const { principal } = await guest(accounts, ada.principal, 'bob@lab.example', 'admin')
  const carol = await guest(accounts, principal, 'carol@lab.example')
  const { user } = ada.principal.owner
  const forbidden = { code: 'forbidden' }
  await assert.rejects(changePerson(accounts, principal, user, { role: 'viewer' }), forbidden)
  await assert.rejects(resetPassword(accounts, principal, user), forbidden)
  await assert.rejects(removePerson(accounts, principal, user), forbidden)
  await assert.rejects(invite(accounts, principal, { email: 'x@lab.example', role: 'owner' }), forbidden)
  await assert.rejects(changePerson(accounts, principal, carol.principal.owner.user, { role: 'owner' }), forbidden)
  await assert.rejects(peopleOf(accounts, carol.principal), forbidden)
})

test('one account is in several organisations, and each one looks after its own accounts alone', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const { id } = await createOrganisation(accounts, ada.principal, 'Bank')
  await assert.rejects(createOrganisation(accounts, bob.principal, 'Mine'), { code: 'forbidden' })
  const inBank = await signedIn(accounts, await enterOrganisation(accounts, ada.token, ada.principal, id, visitor))
  await assert.rejects(identifySession(accounts, ada.token), unauthorized)
  await assert.rejects(enterOrganisation(accounts, bob.token, bob.principal, id, visitor), { code: 'not-found' })
  const eve = await guest(accounts, inBank.principal, 'eve@bank.example', 'admin')
  const { token } = await invite(accounts, eve.principal, { email: 'bob@lab.example', role: 'member' })
  await assert.rejects(acceptSignedIn(accounts, eve.principal, token), { code: 'link-spent' })
  await acceptSignedIn(accounts, bob.principal, token)
  assert.deepEqual(
    (await organisationsOf(accounts, bob.principal)).map(({ title, role }) => [title, role]),
    [
      ['Home', 'member'],
      ['Bank', 'member'],
    ],
  )
  const { user } = bob.principal.owner
  await assert.rejects(resetPassword(accounts, eve.principal, user), { code: 'forbidden' })
  await assert.rejects(changePerson(accounts, eve.principal, user, { disabled: true }), { code: 'forbidden' })
  await assert.rejects(createOrganisation(accounts, inBank.principal, 'More'), { code: 'not-found' })
  await removePerson(accounts, eve.principal, user)
  assert.equal(await stillStands(accounts, bob.principal), true)
})

test('an account that leaves the organisation which looks after it is looked after by the next one it is in', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const { user } = bob.principal.owner
  const { id } = await createOrganisation(accounts, ada.principal, 'Bank')
  const inBank = await signedIn(accounts, await enterOrganisation(accounts, ada.token, ada.principal, id, visitor))
  const { token } = await invite(accounts, inBank.principal, { email: 'bob@lab.example', role: 'member' })
  await acceptSignedIn(accounts, bob.principal, token)
  await assert.rejects(resetPassword(accounts, inBank.principal, user), { code: 'forbidden' })
  const home = await signedIn(
    accounts,
    await enterOrganisation(accounts, inBank.token, inBank.principal, ada.principal.owner.org, visitor),
  )
  await removePerson(accounts, home.principal, user)
  const back = await signedIn(accounts, await enterOrganisation(accounts, home.token, home.principal, id, visitor))
  assert.match(await resetPassword(accounts, back.principal, user), /^sbr_/)
  assert.equal((await peopleOf(accounts, back.principal)).items.find((person) => person.user === user)!.ours, true)
})

test('a reset ends sessions, keys and password; its token sets a new one, once, within a day', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const key = await createKey(accounts, bob.principal, { title: 'ci', scopes: ['read'], days: null })
  const first = await resetPassword(accounts, ada.principal, bob.principal.owner.user)
  const token = await resetPassword(accounts, ada.principal, bob.principal.owner.user)
  await assert.rejects(identifySession(accounts, bob.token), unauthorized)
  await assert.rejects(identifyKey(accounts, key.token), unauthorized)
  const next = 'nine green goats'
  await assert.rejects(setPassword(accounts, { token: first, password: next }), { code: 'link-spent' })
  await setPassword(accounts, { token, password: next })
  await assert.rejects(setPassword(accounts, { token, password: next }), { code: 'link-spent' })
  await signIn(accounts, { email: 'bob@lab.example', password: next }, visitor)
})

test('a key does what its scopes allow, until it ends or is revoked', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const made = await createKey(accounts, bob.principal, { title: 'ci', scopes: ['read', 'admin'], days: 1 })
  const { scopes, role, via } = await identifyKey(accounts, made.token)
  assert.deepEqual([scopes, role, via], [['read', 'admin'], 'member', 'key'])
  const [listed] = await keysOf(accounts, bob.principal)
  const { token: _, ...shown } = made
  assert.deepEqual(listed, { ...shown, usedAt: accounts.clock.now })
  await assert.rejects(revokeKey(accounts, ada.principal, made.id), { code: 'not-found' })
  const other = await createKey(accounts, bob.principal, { title: 'ci', scopes: ['read'], days: null })
  await revokeKey(accounts, bob.principal, other.id)
  await assert.rejects(identifyKey(accounts, other.token), unauthorized)
  accounts.clock.now += 24 * HOUR_MS
  await assert.rejects(identifyKey(accounts, made.token), unauthorized)
})

test('a ticket lets in once, within 30 s, from its own page', async () => {
  const accounts = testAccounts()
  const { principal } = await firstOwner(accounts)
  const page = 'https://app.example'
  const { ticket } = await issueTicket(accounts, principal, page)
  const race = await Promise.allSettled(Array.from({ length: 10 }, () => redeemTicket(accounts, ticket, page)))
  assert.equal(race.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const origin of [null, 'https://app.example.evil', 'http://app.example']) {
    const { ticket } = await issueTicket(accounts, principal, page)
    await assert.rejects(redeemTicket(accounts, ticket, origin), unauthorized)
    await assert.rejects(redeemTicket(accounts, ticket, page), unauthorized, 'it was shown to another page')
  }
  const late = await issueTicket(accounts, principal, null)
  accounts.clock.now += 30_000
  await assert.rejects(redeemTicket(accounts, late.ticket, null), unauthorized)
})

test('what is kept holds no password and no token', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const { token } = await createKey(accounts, ada.principal, { title: 'ci', scopes: ['read'], days: null })
  const { ticket } = await issueTicket(accounts, ada.principal, null)
  const kinds = ['person', 'session', 'key', 'ticket'] as const
  const rows = await Promise.all(kinds.map((kind) => accounts.store.list(kind, { user: ada.principal.owner.user })))
  const kept = JSON.stringify(rows)
  assert.deepEqual(
    rows.map(({ length }) => length),
    [1, 1, 1, 1],
  )
  for (const secret of [PASSWORD, ...[ada.token, token, ticket].map((token) => token.slice(-43))])
    assert.ok(!kept.includes(secret))
})

test('who is removed from their last organisation leaves no account behind, and comes back as somebody new', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const { user } = bob.principal.owner
  await createKey(accounts, bob.principal, { title: 'ci', scopes: ['read'], days: null })
  await resetPassword(accounts, ada.principal, user)
  await removePerson(accounts, ada.principal, user)
  const [erasure] = await openErasures(accounts)
  assert.deepEqual(erasure, {
    owner: bob.principal.owner,
    by: ada.principal.owner.user,
    since: accounts.clock.now,
  })
  await finishErasure(accounts, erasure!)
  for (const kind of ['person', 'member', 'session', 'key', 'reset'] as const)
    assert.deepEqual(await accounts.store.list(kind, { user }), [], kind)
  assert.deepEqual(await openErasures(accounts), [])
  const again = await guest(accounts, ada.principal, 'bob@lab.example')
  assert.notEqual(again.principal.owner.user, user)
})

test('who is removed from one organisation keeps the account for the others, and comes back once the data are gone', async () => {
  const accounts = testAccounts()
  const ada = await firstOwner(accounts)
  const bob = await guest(accounts, ada.principal, 'bob@lab.example')
  const { id } = await createOrganisation(accounts, ada.principal, 'Bank')
  const inBank = await signedIn(accounts, await enterOrganisation(accounts, ada.token, ada.principal, id, visitor))
  const inviteBob = () => invite(accounts, inBank.principal, { email: 'bob@lab.example', role: 'member' })
  await acceptSignedIn(accounts, bob.principal, (await inviteBob()).token)
  await removePerson(accounts, inBank.principal, bob.principal.owner.user)
  const { token } = await inviteBob()
  await assert.rejects(acceptSignedIn(accounts, bob.principal, token), { code: 'account-changed' })
  for (const erasure of await openErasures(accounts)) await finishErasure(accounts, erasure)
  assert.equal(await stillStands(accounts, bob.principal), true, 'the session at home goes on')
  await acceptSignedIn(accounts, bob.principal, token)
})
