import { createAccounts } from './accounts/accounts.ts'
import { inviteFirst } from './accounts/invitations.ts'
import { ACCOUNTS, type Bus } from './bus/bus.ts'
import type { Config } from './config.ts'
import { type Auth, accountsAuth, localUser, type SignIn } from './gateway/auth/auth.ts'
import { sessionCookie } from './gateway/auth/cookie.ts'
import type { OriginPolicy } from './gateway/origin.ts'
import type { Store } from './store/store.ts'

export interface Identity {
  readonly auth: Auth
  /** The token of the first owner's invitation, while there is no owner. */
  readonly firstInvitation?: string | undefined
}

const HOUR_MS = 3_600_000

/** How people prove who they are, as the settings say; nothing of it is loaded where there is no sign-in. */
export async function connectIdentity(
  config: Config,
  { store, bus, policy }: { readonly store: Store; readonly bus: Bus; readonly policy: OriginPolicy },
): Promise<Identity> {
  const { auth: ways } = config
  if (ways.includes('local')) return { auth: localUser }
  const sessionMs = config.sessionHours * HOUR_MS
  const accounts = createAccounts({
    store: store.accounts,
    settings: { sessionMs, idleMs: config.idleHours * HOUR_MS, adminEmail: config.adminEmail ?? null },
    changed: () => bus.wake(ACCOUNTS),
  })
  const hasPasswords = ways.includes('accounts')
  const signIn: SignIn = {
    accounts,
    hasPasswords,
    cookie: sessionCookie({ secure: config.publicUrl?.startsWith('https:') ?? false, maxAgeMs: sessionMs }),
    trustedProxies: config.trustedProxies,
    ...(ways.includes('oidc') && { journeys: await openJourneys() }),
  }
  const bearers = ways.includes('jwt') ? await openBearers() : undefined
  return {
    auth: accountsAuth({ signIn, bearers, policy }),
    firstInvitation: hasPasswords ? await inviteFirst(accounts) : undefined,
  }

  async function openJourneys() {
    const { journeys } = await import('./accounts/oidc.ts')
    return journeys(accounts, {
      issuer: config.oidcIssuer!, // the settings have these where `oidc` is among the ways
      clientId: config.oidcClientId!,
      clientSecret: config.oidcClientSecret!,
      scopes: config.oidcScopes,
      redirectUrl: `${config.publicUrl}/v1/auth/oidc/callback`,
      domains: config.oidcDomains,
    })
  }

  async function openBearers() {
    const { bearers } = await import('./accounts/tokens.ts')
    return bearers({
      issuer: config.jwtIssuer!, // likewise
      audience: config.jwtAudience!,
      keysUrl: config.jwtKeysUrl ?? null,
      userClaim: config.jwtUserClaim,
      orgClaim: config.jwtOrgClaim ?? null,
      roleClaim: config.jwtRoleClaim ?? null,
    })
  }
}
