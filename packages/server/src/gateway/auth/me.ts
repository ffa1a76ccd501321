import * as z from 'zod'
import type { Accounts } from '../../accounts/accounts.ts'
import { organisationsOf } from '../../accounts/organisations.ts'
import type { Principal } from '../../accounts/principal.ts'
import type { SignIn } from './auth.ts'

export const RoleWord = z.enum(['owner', 'admin', 'member', 'viewer'])
const Organisation = z.object({ id: z.string(), title: z.string(), role: RoleWord })

/** Who somebody is, as they see it. */
export const Me = z.object({
  user: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  organisation: z.string().describe('The one they work in now.'),
  organisations: z.array(Organisation),
  role: RoleWord,
  via: z.enum(['local', 'session', 'key', 'token']),
  hasPassword: z.boolean(),
})
export type Me = z.infer<typeof Me>

/** The answer to: who am I? */
export async function meOf(signIn: SignIn | undefined, principal: Principal): Promise<Me> {
  const { owner, role, via } = principal
  const account = signIn && via !== 'token' ? await accountOf(signIn.accounts, principal) : NO_ACCOUNT
  return { user: owner.user, organisation: owner.org, role, via, ...account }
}

async function accountOf(accounts: Accounts, principal: Principal) {
  const person = await accounts.store.find('person', principal.owner.user)
  const organisations = [...(await organisationsOf(accounts, principal))]
  const { email = null, name = null, password = null } = person?.data ?? {}
  return { email, name, organisations, hasPassword: password !== null }
}

const NO_ACCOUNT = { email: null, name: null, organisations: [], hasPassword: false }
