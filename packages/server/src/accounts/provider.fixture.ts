import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** A small OpenID Connect provider, strict about what its clients must do, and as wrong as a test wants it to be. */
export interface TestProvider extends AsyncDisposable {
  readonly issuer: string
  /** Who is signed in there. */
  claims: Record<string, unknown>
  /** Changes what the next id tokens say, or who signs them. */
  forge: { readonly claims?: Record<string, unknown>; readonly key?: 'foreign' } | undefined
  /** Does what a browser would: goes to the provider and comes back to the address it names. */
  visit(url: string): Promise<URL>
}

export const CLIENT = { clientId: 'streambed', clientSecret: 'a secret between two' }

interface Grant {
  readonly challenge: string
  readonly nonce: string
  readonly redirectUrl: string
}

export async function testProvider(): Promise<TestProvider> {
  const key = await generateKeyPair('RS256')
  const foreign = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(key.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const grants = new Map<string, Grant>()
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const provider: TestProvider = {
    issuer,
    claims: {},
    forge: undefined,
    async visit(url) {
      const { origin, pathname, searchParams: asked } = new URL(url)
      if (origin + pathname !== `${issuer}/authorize`) throw new Error(`sent to ${url}`)
      if (asked.get('code_challenge_method') !== 'S256' || asked.get('response_type') !== 'code')
        throw new Error('only the code flow with PKCE')
      const redirectUrl = asked.get('redirect_uri')!
      const code = randomBytes(16).toString('hex')
      grants.set(code, { challenge: asked.get('code_challenge')!, nonce: asked.get('nonce')!, redirectUrl })
      const back = new URL(redirectUrl)
      back.searchParams.set('code', code)
      back.searchParams.set('state', asked.get('state')!)
      return back
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
  return provider

  async function answer(request: IncomingMessage): Promise<readonly [number, object]> {
    if (request.url === '/keys') return [200, { keys: [jwk] }]
    if (request.url === '/token') return token(new URLSearchParams(await text(request)))
    return [
      200,
      {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
    ]
  }

  async function token(form: URLSearchParams): Promise<readonly [number, object]> {
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient = form.get('client_id') === CLIENT.clientId && form.get('client_secret') === CLIENT.clientSecret
    if (!isClient) return [401, { error: 'invalid_client' }]
    if (!grant || grant.challenge !== challenge || grant.redirectUrl !== form.get('redirect_uri'))
      return [400, { error: 'invalid_grant' }]
    const now = Math.floor(Date.now() / 1_000)
    const standard = { iss: issuer, aud: CLIENT.clientId, iat: now, exp: now + 60, nonce: grant.nonce }
    const claims = JSON.parse(JSON.stringify({ ...standard, ...provider.claims, ...provider.forge?.claims }))
    const signer = provider.forge?.key === 'foreign' ? foreign : key
    const idToken = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(signer.privateKey)
    return [200, { access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: idToken }]
  }
}
