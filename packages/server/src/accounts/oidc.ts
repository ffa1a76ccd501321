import { createHash } from 'node:crypto'
import { StreambedError } from '@streambed/protocol'
import * as oidc from 'openid-client'
import type { AccountChange, AccountRow } from '../store/accounts.ts'
import { type Accounts, applyOrConflict, plainEmail } from './accounts.ts'
import { addInvitation, hasOwner, join, newPerson, newUserId } from './invitations.ts'
import { HOME } from './principal.ts'
import { isSame, newSecret, readSecret } from './secret.ts'
import { openSession, type Visitor } from './sessions.ts'

/** Signs people in at an OpenID Connect provider: the code flow with PKCE. */
export interface Journeys {
  /** What people call the provider. */
  readonly title: string
  /** Sends a browser off. The token goes along in a cookie of its own, so that only this browser can come back. */
  begin(): Promise<{ readonly url: string; readonly token: string }>
  /**
   * Takes a browser back in and returns the token of its session.
   *
   * @throws StreambedError `sign-in-failed`, and `not-invited` for somebody nobody here knows.
   */
  end(url: URL, token: string | undefined, visitor: Visitor): Promise<string>
}

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string
  /** Where the provider sends browsers back to. */
  readonly redirectUrl: string
  /** Everybody with an address in one of these becomes a member of the first organisation. */
  readonly domains: readonly string[]
}

const JOURNEY_MS = 600_000
const ANSWER_S = 5

export function journeys(accounts: Accounts, settings: OidcSettings): Journeys {
  let known: Promise<oidc.Configuration> | undefined

  return {
    title: new URL(settings.issuer).hostname,

    async begin() {
      const provider = await discovered()
      const { id, token, hash } = newSecret('sbj')
      const verifier = oidc.randomPKCECodeVerifier()
      const nonce = oidc.randomNonce()
      const expiresAt = accounts.now() + JOURNEY_MS
      await accounts.store.prune()
      await applyOrConflict(accounts, [{ add: { kind: 'journey', id, expiresAt, data: { hash, verifier, nonce } } }])
      const url = oidc.buildAuthorizationUrl(provider, {
        redirect_uri: settings.redirectUrl,
        scope: settings.scopes,
        state: id,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, token }
    },

    async end(url, token, visitor) {
      const { id, data } = await takeJourney(accounts, token)
      const claims = await claimsOf(url, id, data)
      return openSession(accounts, await memberOf(accounts, settings, claims), 'oidc', visitor)
    },
  }

  async function claimsOf(
    { search }: URL,
    state: string,
    { verifier, nonce }: AccountRow<'journey'>['data'],
  ): Promise<oidc.IDToken> {
    try {
      const back = new URL(search, settings.redirectUrl) // behind a proxy the server is called by another name
      const answer = await oidc.authorizationCodeGrant(await discovered(), back, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      return answer.claims()! // an id token was expected
    } catch (cause) {
      throw new StreambedError('sign-in-failed', undefined, { cause })
    }
  }

  async function discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = settings
    const isPlain = issuer.startsWith('http://') // for tests and laptops: the settings allow it on loopback alone
    known ??= oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: ANSWER_S,
      // The library leaves signatures unchecked where a token came straight from the provider, which a proxy may have been.
      execute: [oidc.enableNonRepudiationChecks, ...(isPlain ? [oidc.allowInsecureRequests] : [])],
    })
    try {
      return await known
    } catch (cause) {
      known = undefined // the next one tries again
      throw new StreambedError('sign-in-failed', 'The identity provider could not be reached.', { cause })
    }
  }
}

async function takeJourney({ store }: Accounts, token: string | undefined): Promise<AccountRow<'journey'>> {
  const read = token === undefined ? undefined : readSecret('sbj', token)
  const journey = read && (await store.find('journey', read.id))
  const isMine = journey && isSame(read.hash, journey.data.hash)
  if (!isMine || !(await store.apply([{ remove: { kind: 'journey', id: journey.id } }])))
    throw new StreambedError('sign-in-failed')
  return journey
}

/** The membership that somebody works in, who has just proved who they are: known, invited, or of a domain that is let in. */
async function memberOf(
  accounts: Accounts,
  settings: OidcSettings,
  claims: oidc.IDToken,
): Promise<AccountRow<'member'>> {
  const { store } = accounts
  const id = createHash('sha256')
    .update(JSON.stringify([claims.iss, claims.sub]))
    .digest('base64url')
  const identity = await store.find('identity', id)
  const known = identity && (await membership(accounts, identity.user!)) // identities have one
  if (known) return known
  const email = plainEmail(typeof claims['email'] === 'string' ? claims['email'] : '')
  const isVerified = claims['email_verified'] === true || claims['email_verified'] === 'true' // Cognito writes text
  if (email === '' || !isVerified)
    throw new StreambedError('not-invited', 'Your identity provider has not confirmed your e-mail address.')

  const person = await store.named('person', email)
  const link = (user: string): AccountChange =>
    identity
      ? { change: { ...identity, user } }
      : { add: { kind: 'identity', id, user, data: { issuer: claims.iss, subject: claims.sub } } }
  const member = person && (await membership(accounts, person.id))
  if (member) {
    await applyOrConflict(accounts, [link(person.id)])
    return member
  }
  // Who was removed is not let in by their domain again, but is when somebody invites them.
  const wasHere = identity !== undefined || person !== undefined
  const invitation = await invitationFor(accounts, wasHere ? { ...settings, domains: [] } : settings, email)
  const user = person?.id ?? identity?.user ?? (await newUserId(accounts, invitation))
  const name = typeof claims['name'] === 'string' ? claims['name'].slice(0, 100) : email
  const made = newPerson({ user, org: invitation.org!, email, name, password: null })
  return join(accounts, invitation, user, [...(person ? [] : [made]), link(user)])
}

/** The first organisation that somebody is in; undefined for who is in none. Throws `not-invited` for who is disabled. */
async function membership({ store }: Accounts, user: string): Promise<AccountRow<'member'> | undefined> {
  const person = await store.find('person', user)
  if (person?.data.disabled) throw new StreambedError('not-invited')
  const [member] = await store.list('member', { user })
  return person && member
}

async function invitationFor(
  accounts: Accounts,
  { domains }: OidcSettings,
  email: string,
): Promise<AccountRow<'invitation'>> {
  const { store, settings } = accounts
  const [open] = await store.list('invitation', { user: email })
  if (open) return open
  const isFirst =
    settings.adminEmail !== null && plainEmail(settings.adminEmail) === email && !(await hasOwner(accounts))
  const isOfDomain = domains.includes(email.split('@').at(-1)!) && (await hasOwner(accounts))
  if (!isFirst && !isOfDomain) throw new StreambedError('not-invited')
  const role = isFirst ? 'owner' : 'member'
  const { id } = await addInvitation(accounts, { org: HOME, by: isFirst ? null : HOME, email, role, ms: JOURNEY_MS })
  const made = await store.find('invitation', id)
  if (!made) throw new StreambedError('sign-in-failed')
  return made
}
