import { StreambedError } from '@streambed/protocol'
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Role } from '../store/accounts.ts'
import { ALL_SCOPES, type Principal, TOKEN_PREFIX } from './principal.ts'

/** Lets in by JSON Web Tokens that somebody else has signed. */
export interface Bearers {
  /** @throws StreambedError `unauthorized` for anything but a token of the issuer's, for this server, in its time. */
  identify(token: string): Promise<Principal>
}

export interface BearerSettings {
  readonly issuer: string
  /** What `aud` must hold; Amazon Cognito's access tokens say it as `client_id`. */
  readonly audience: string
  /** Where the issuer's public keys are; null: where its discovery document says. */
  readonly keysUrl: string | null
  readonly userClaim: string
  /** Null: all are of one organisation. */
  readonly orgClaim: string | null
  /** Null: all are members. Otherwise one of its values must be a role; the strongest counts. */
  readonly roleClaim: string | null
}

/** Public-key signatures alone: a secret that two share can be mistaken for a public key, and `none` is no signature. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt']
const ROLES: readonly Role[] = ['owner', 'admin', 'member', 'viewer']
const SKEW_S = 30
const ANSWER_MS = 5_000
/** How long keys count, and how soon after a look a key that is not among them is looked for again. */
const KEYS_MS = 600_000
const LOOK_AGAIN_MS = 30_000
const MAX_CLAIM = 200

export function bearers(settings: BearerSettings, now: () => number = Date.now): Bearers {
  let keys: Promise<JWTVerifyGetKey> | undefined

  return {
    async identify(token) {
      const { payload, protectedHeader } = await verified(token)
      if (!TYPES.includes(protectedHeader.typ?.toLowerCase()) || !isForUs(payload, settings.audience))
        throw new StreambedError('unauthorized')
      const org = settings.orgClaim === null ? 'all' : claim(payload, settings.orgClaim)
      return {
        owner: { org: TOKEN_PREFIX + org, user: TOKEN_PREFIX + claim(payload, settings.userClaim) },
        role: roleOf(payload, settings.roleClaim),
        scopes: ALL_SCOPES,
        via: 'token',
        credential: null,
        until: payload.exp! * 1_000, // it was required
      }
    },
  }

  async function verified(token: string) {
    try {
      return await jwtVerify(token, await issuersKeys(), {
        algorithms: ALGORITHMS,
        issuer: settings.issuer,
        requiredClaims: ['exp'],
        clockTolerance: SKEW_S,
        currentDate: new Date(now()),
      })
    } catch (cause) {
      if (cause instanceof StreambedError) throw cause
      throw new StreambedError('unauthorized', undefined, { cause })
    }
  }

  async function issuersKeys(): Promise<JWTVerifyGetKey> {
    keys ??= openKeys(settings)
    try {
      return await keys
    } catch (error) {
      keys = undefined // the next one looks again
      throw error
    }
  }
}

async function openKeys({ issuer, keysUrl }: BearerSettings): Promise<JWTVerifyGetKey> {
  const url = new URL(keysUrl ?? (await discovered(issuer).catch(unread)))
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: ANSWER_MS,
    cacheMaxAge: KEYS_MS,
    cooldownDuration: LOOK_AGAIN_MS,
  })
  return (head, token) => keys(head, token).catch((error) => (isOfToken(error) ? Promise.reject(error) : unread(error)))
}

/** Whether the keys were there and none of them fits. */
function isOfToken(error: unknown): boolean {
  const { JOSENotSupported, JWKSMultipleMatchingKeys, JWKSNoMatchingKey } = errors
  return [JOSENotSupported, JWKSMultipleMatchingKeys, JWKSNoMatchingKey].some((kind) => error instanceof kind)
}

function unread(cause: unknown): never {
  throw new StreambedError('sign-in-failed', "The issuer's keys could not be read.", { cause })
}

async function discovered(issuer: string): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  })
  const found = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown } // checked here
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string')
    throw new Error(`the discovery document of ${issuer} is another's`)
  return found.jwks_uri
}

function isForUs({ aud, client_id, token_use }: JWTPayload, audience: string): boolean {
  if (aud === undefined) return token_use === 'access' && client_id === audience // Cognito's way
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience
}

function claim(payload: JWTPayload, name: string): string {
  const value = payload[name]
  if (typeof value !== 'string' || value === '' || value.length > MAX_CLAIM)
    throw new StreambedError('unauthorized', `The token does not say its ${name}.`)
  return value
}

function roleOf(payload: JWTPayload, name: string | null): Role {
  if (name === null) return 'member'
  const said = [payload[name]].flat()
  const role = ROLES.find((role) => said.includes(role))
  if (!role) throw new StreambedError('unauthorized', `The token's ${name} holds no role.`)
  return role
}
