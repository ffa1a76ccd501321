import { StreambedError } from '@streambed/protocol'
import type { Role } from '../store/accounts.ts'
import { type Accounts, applyOrConflict, memberId, newId } from './accounts.ts'
import { authorize, HOME, type Principal } from './principal.ts'

export interface OrganisationInfo {
  readonly id: string
  readonly title: string
  readonly role: Role
}

/** The organisations that somebody is in. */
export async function organisationsOf({ store }: Accounts, { owner }: Principal): Promise<readonly OrganisationInfo[]> {
  const memberships = await store.list('member', { user: owner.user })
  return Promise.all(
    memberships.map(async ({ org, data: { role } }) => {
      const organisation = await store.find('organisation', org!) // memberships have one
      return { id: org!, title: organisation?.data.title ?? '', role }
    }),
  )
}

/** Makes an organisation whose first owner makes it. Only who looks after the server can. */
export async function createOrganisation(
  accounts: Accounts,
  principal: Principal,
  title: string,
): Promise<OrganisationInfo> {
  authorize(principal, 'server', { org: HOME })
  const org = newId('g')
  const { user } = principal.owner
  await applyOrConflict(accounts, [
    { add: { kind: 'organisation', id: org, org, data: { title } } },
    { add: { kind: 'member', id: memberId(org, user), org, user, data: { role: 'owner' } } },
  ])
  return { id: org, title, role: 'owner' }
}

export async function renameOrganisation(accounts: Accounts, principal: Principal, title: string): Promise<void> {
  authorize(principal, 'people')
  const organisation = await accounts.store.find('organisation', principal.owner.org)
  if (!organisation) throw new StreambedError('not-found')
  await applyOrConflict(accounts, [{ change: { ...organisation, data: { title } } }])
}
