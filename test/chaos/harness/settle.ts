import { join } from 'node:path'
import { memberId } from '../../../packages/server/src/accounts/accounts.ts'
import { passwords } from '../../../packages/server/src/accounts/password.ts'
import type { Role } from '../../../packages/server/src/store/accounts.ts'
import { sqliteStore } from '../../../packages/server/src/store/sqlite.ts'

const ROLES: readonly Role[] = ['owner', 'admin', 'member']
const PASSWORD = 'seven blue horses'

/** Somebody with an account. */
export interface Settled {
  readonly org: string
  readonly email: string
  readonly password: string
}

/** Organisations of three people each, with passwords that cost little to check. The first one is the server's own. */
export async function settle(dataDir: string, organisations: readonly string[]): Promise<readonly Settled[]> {
  await using store = sqliteStore({ path: join(dataDir, 'streambed.db') })
  const { hash } = passwords({ cost: 4 })
  const people: Settled[] = []
  for (const org of organisations) {
    await store.accounts.apply([{ add: { kind: 'organisation', id: org, org, data: { title: org } } }])
    for (const role of ROLES) {
      const [user, email] = [`u_${role}_${org}`, `${role}@${org}.example`]
      const data = { email, name: role, password: await hash(PASSWORD, { email }), disabled: false }
      const id = memberId(org, user)
      await store.accounts.apply([
        { add: { kind: 'person', id: user, name: email, org, user, data } },
        { add: { kind: 'member', id, org, user, data: { role } } },
      ])
      people.push({ org, email, password: PASSWORD })
    }
  }
  return people
}
