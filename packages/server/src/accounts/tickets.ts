import { StreambedError } from '@streambed/protocol'
import { type Accounts, applyOrConflict } from './accounts.ts'
import { stillStands } from './identify.ts'
import type { Principal } from './principal.ts'
import { isSame, newSecret, readSecret } from './secret.ts'

const TICKET_MS = 30_000

/** Lets one connection of this web page, or of what is no page, in as somebody who is in already. */
export async function issueTicket(
  accounts: Accounts,
  principal: Principal,
  origin: string | null,
): Promise<{ readonly ticket: string; readonly expiresAt: number }> {
  const { id, token, hash } = newSecret('sbt')
  const expiresAt = accounts.now() + TICKET_MS
  const data = { hash, purpose: 'socket', origin, principal: JSON.stringify(principal) } as const
  await accounts.store.prune()
  await applyOrConflict(accounts, [{ add: { kind: 'ticket', id, ...principal.owner, expiresAt, data } }])
  return { ticket: token, expiresAt }
}

/** Whom a ticket lets in. It is gone then, also when it came from another page than it is for. */
export async function redeemTicket(accounts: Accounts, token: string, origin: string | null): Promise<Principal> {
  const read = readSecret('sbt', token)
  const ticket = read && (await accounts.store.find('ticket', read.id))
  if (!ticket || !isSame(read.hash, ticket.data.hash)) throw new StreambedError('unauthorized')
  const isMine = await accounts.store.apply([{ remove: { kind: 'ticket', id: ticket.id } }]) // of many, one gets it
  const principal = JSON.parse(ticket.data.principal) as Principal // as written above
  if (!isMine || ticket.data.origin !== origin || !(await stillStands(accounts, principal)))
    throw new StreambedError('unauthorized')
  return principal
}
