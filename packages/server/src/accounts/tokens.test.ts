import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type BearerSettings, type Bearers, bearers } from './tokens.ts'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

const NOW = Date.parse('2026-11-20T12:00:00Z')
const nowS = NOW / 1_000
let rsa: KeyPair
let ec: KeyPair
let foreign: KeyPair
let published: JWK[] = []
let asked = 0
let issuer = ''
let open: Bearers
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/keys') asked++
  response.end(JSON.stringify(request.url === '/keys' ? { keys: published } : { issuer, jwks_uri: `${issuer}/keys` }))
})

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const extractable = { extractable: true }
  rsa = await generateKeyPair('RS256', extractable)
  ec = await generateKeyPair('ES256', extractable)
  foreign = await generateKeyPair('RS256', extractable)
  published = [
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', use: 'sig', alg: 'RS256' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec', use: 'sig', alg: 'ES256' },
  ]
  open = bearers(settings(), () => NOW)
})

after(() => server.close())

test('a token of the issuer lets its user in, apart from accounts of our own', async () => {
  assert.deepEqual(await open.identify(await signed()), {
    owner: { org: 'jwt:all', user: 'jwt:ada' },
    role: 'member',
    scopes: ['read', 'write', 'admin'],
    via: 'token',
    credential: null,
    until: NOW + 600_000,
  })
  await open.identify(await signed({}, { kid: 'ec', alg: 'ES256' }, ec.privateKey))
  await open.identify(await signed({ aud: ['other', 'streambed'] }))
  await open.identify(await signed({ nbf: nowS + 20 })) // clocks differ
})

test('claims name user, organisation and role, as the settings say', async () => {
  const mapped = bearers(settings({ userClaim: 'email', orgClaim: 'tenant', roleClaim: 'groups' }), () => NOW)
  const claims = { email: 'ada@lab.example', tenant: 'lab', groups: ['staff', 'viewer', 'admin'] }
  const { owner, role } = await mapped.identify(await signed(claims))
  assert.deepEqual([owner, role], [{ org: 'jwt:lab', user: 'jwt:ada@lab.example' }, 'admin'])
  for (const wrong of [
    { ...claims, tenant: undefined },
    { ...claims, tenant: '' },
    { ...claims, tenant: ['lab'] },
    { ...claims, email: 7 },
    { ...claims, groups: ['root'] },
    { ...claims, groups: undefined },
  ])
    await refused(await signed(wrong), JSON.stringify(wrong), mapped)
})

test("an access token of Cognito's says its audience as client_id", async () => {
  await open.identify(await signed({ aud: undefined, client_id: 'streambed', token_use: 'access' }))
  await refused(await signed({ aud: undefined, client_id: 'other', token_use: 'access' }), 'client_id')
  await refused(await signed({ aud: undefined, client_id: 'streambed', token_use: 'id' }), 'token_use')
  await refused(await signed({ aud: 'other', client_id: 'streambed', token_use: 'access' }), 'aud and client_id')
})

test('forged tokens are refused', async () => {
  const good = await signed()
  const [head, body, signature] = good.split('.') as [string, string, string]
  const pem = await exportSPKI(rsa.publicKey)
  const jwk = JSON.stringify(await exportJWK(rsa.publicKey))
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' })
  const withHead = (fields: Record<string, unknown>) => part({ alg: 'RS256', kid: 'rsa', typ: 'JWT', ...fields })
  const foreignKey = await exportJWK(foreign.publicKey)
  const byForeigner = (fields: Record<string, unknown>) => signed({}, fields, foreign.privateKey)
  const hmac = (alg: string, key: string | Buffer, fields: Record<string, unknown> = {}) => {
    const input = `${withHead({ alg, ...fields })}.${body}`
    return `${input}.${createHmac(`sha${alg.slice(2)}`, key)
      .update(input)
      .digest('base64url')}`
  }
  const forged: Record<string, string> = {
    'no signature': `${head}.${body}.`,
    'no dots': head + body + signature,
    'two parts': `${head}.${body}`,
    'four parts': `${good}.${signature}`,
    'alg none': `${withHead({ alg: 'none' })}.${body}.`,
    'alg None': `${withHead({ alg: 'None' })}.${body}.`,
    'alg NONE with a signature': `${withHead({ alg: 'NONE' })}.${body}.${signature}`,
    'alg missing': `${part({ kid: 'rsa' })}.${body}.${signature}`,
    'alg null': `${withHead({ alg: null })}.${body}.${signature}`,
    'alg an array': `${withHead({ alg: ['RS256'] })}.${body}.${signature}`,
    'HS256 with the public key as PEM': hmac('HS256', pem),
    'HS256 with its DER': hmac('HS256', der),
    'HS256 with its JWK': hmac('HS256', jwk),
    'HS384 with the public key': hmac('HS384', pem),
    'HS512 with the public key': hmac('HS512', pem),
    'HS256 with nothing': hmac('HS256', ''),
    'HS256 without kid': hmac('HS256', pem, { kid: undefined }),
    'the key in the head (jwk)': await byForeigner({ jwk: foreignKey }),
    'the key in the head, under our kid': await byForeigner({ kid: 'rsa', jwk: { ...foreignKey, kid: 'rsa' } }),
    'keys at another place (jku)': await byForeigner({ jku: `${issuer}/evil` }),
    'a certificate at another place (x5u)': await byForeigner({ x5u: `${issuer}/evil` }),
    'a certificate in the head (x5c)': await byForeigner({ x5c: [der.toString('base64')] }),
    'another key under our kid': await byForeigner({}),
    'another key under a path as kid': await byForeigner({ kid: '../../../dev/null' }),
    'another key under SQL as kid': await byForeigner({ kid: "' or 1=1 --" }),
    'another key under an unknown kid': await byForeigner({ kid: 'new' }),
    'a kid of another type': `${withHead({ kid: 7 })}.${body}.${signature}`,
    'RS256 under the kid of the other key': await signed({}, { kid: 'ec' }),
    'crit that nobody knows': `${withHead({ crit: ['exp'], exp: 1 })}.${body}.${signature}`,
    'b64 false': `${withHead({ b64: false, crit: ['b64'] })}.${body}.${signature}`,
    'a changed body': `${head}.${part({ ...claims(), sub: 'eve' })}.${signature}`,
    'a changed head': `${withHead({ typ: 'at+jwt' })}.${body}.${signature}`,
    'a signature cut short': good.slice(0, -4),
    'a signature of zeros': `${head}.${body}.${base64url.encode(new Uint8Array(256))}`,
    'another issuer': await signed({ iss: `${issuer}/` }),
    'another issuer that begins like ours': await signed({ iss: `${issuer}.evil` }),
    'no issuer': await signed({ iss: undefined }),
    'several issuers': await signed({ iss: [issuer] }),
    'another audience': await signed({ aud: 'streambed-admin' }),
    'no audience': await signed({ aud: undefined }),
    'no audience among many': await signed({ aud: ['a', 'b'] }),
    'an audience that is no text': await signed({ aud: { streambed: true } }),
    expired: await signed({ exp: nowS - 31 }),
    'without expiry': await signed({ exp: undefined }),
    'expiry as text': await signed({ exp: '9999999999' }),
    'not yet': await signed({ nbf: nowS + 31 }),
    'nbf as text': await signed({ nbf: 'soon' }),
    'another type': await signed({}, { typ: 'logout+jwt' }),
    'a type for another use': await signed({}, { typ: 'dpop+jwt' }),
    'nobody (sub missing)': await signed({ sub: undefined }),
    'nobody (sub empty)': await signed({ sub: '' }),
    'somebody endless': await signed({ sub: 'x'.repeat(201) }),
    'an encrypted one': `${part({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`,
    'JSON in place of it': JSON.stringify({ alg: 'none' }),
  }
  assert.ok(Object.keys(forged).length >= 40)
  for (const [name, token] of Object.entries(forged)) await refused(token, name)
})

test('no change of a head makes another token valid', async () => {
  const [head, body, signature] = (await signed()).split('.') as [string, string, string]
  const known = JSON.parse(Buffer.from(head, 'base64url').toString())
  const change = fc.dictionary(
    fc.oneof(
      fc.constantFrom('alg', 'kid', 'typ', 'jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'cty'),
      fc.string(),
    ),
    fc.jsonValue(),
  )
  await fc.assert(
    fc.asyncProperty(change, async (fields) => {
      const changed = part({ ...known, ...fields })
      fc.pre(changed !== head)
      await refused(`${changed}.${body}.${signature}`, JSON.stringify(fields))
    }),
    { numRuns: 100 },
  )
})

test('keys are asked for once, and again for one that is new, but not for every unknown one', async () => {
  asked = 0
  const fresh = bearers(settings(), () => NOW)
  await Promise.all(Array.from({ length: 20 }, async () => fresh.identify(await signed())))
  assert.equal(asked, 1)
  for (let i = 0; i < 20; i++) await refused(await signed({}, { kid: `new${i}` }, foreign.privateKey), 'unknown', fresh)
  assert.ok(asked <= 2, `asked ${asked} times`)
})

test('an issuer that does not answer is no reason to let anybody in', async () => {
  const away = bearers(settings({ keysUrl: 'http://127.0.0.1:9/keys' }), () => NOW)
  await assert.rejects(away.identify(await signed()), { code: 'sign-in-failed' })
  const other = bearers(settings({ issuer: issuer.replace('127.0.0.1', 'localhost') }), () => NOW)
  await assert.rejects(other.identify(await signed()), { code: 'sign-in-failed' }, 'the document names another issuer')
})

function settings(changes: Partial<BearerSettings> = {}): BearerSettings {
  const claims = { userClaim: 'sub', orgClaim: null, roleClaim: null }
  return { issuer, audience: 'streambed', keysUrl: null, ...claims, ...changes }
}

function claims(): Record<string, unknown> {
  return { iss: issuer, aud: 'streambed', sub: 'ada', exp: nowS + 600, iat: nowS }
}

/** A token of the issuer's, but for the changes. */
async function signed(
  changes: Record<string, unknown> = {},
  head: Record<string, unknown> = {},
  key: KeyPair['privateKey'] = rsa.privateKey,
): Promise<string> {
  const { alg = 'RS256', ...rest } = head
  const payload = JSON.parse(JSON.stringify({ ...claims(), ...changes })) // without what is undefined
  return new SignJWT(payload).setProtectedHeader({ alg: alg as string, kid: 'rsa', typ: 'JWT', ...rest }).sign(key)
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function refused(token: string, name: string, by: Bearers = open): Promise<void> {
  await assert.rejects(by.identify(token), { code: 'unauthorized' }, name)
}
