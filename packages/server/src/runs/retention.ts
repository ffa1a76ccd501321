import { StreambedError } from '@streambed/protocol'
import type { AccountChange, AccountRow } from '../store/accounts.ts'
import type { IdleOptions } from '../store/store.ts'
import { eraseConversation } from './conversations.ts'
import type { Engine } from './engine.ts'
import { everySoOften } from './every-so-often.ts'

/** How long an organisation's conversations are kept after the last thing that happened in them, in days; null for ever. */
export interface Retention {
  /** As its admins have set it; null where they leave it to the server. */
  readonly conversationDays: number | null
  /** As the server's settings have it, which nobody can go beyond. */
  readonly atMost: number | null
}

/** The longest that can be set. */
export const MAX_DAYS = 36_500
/** All organisations that have set something are one group. */
const GROUP = 'all'
const DAY_MS = 86_400_000
/** How often it is looked for what is too old, and how soon again where there was more than one look removes. In milliseconds. */
const LOOK_MS = 3_600_000
const MORE_MS = 60_000
/** How many conversations one look removes at most, and how many it finds at once. */
const MOST = 1_000
const AT_ONCE = 100

type Keeping = Pick<Engine, 'store' | 'bus' | 'log' | 'now' | 'active' | 'inTurn' | 'settings'>

export async function retentionOf(
  { store, settings }: Pick<Engine, 'store' | 'settings'>,
  org: string,
): Promise<Retention> {
  const row = await store.accounts.find('retention', org)
  return { conversationDays: row?.data.conversationDays ?? null, atMost: settings.conversationDays ?? null }
}

/**
 * Sets how long an organisation keeps conversations; null leaves it to the server. What is too old by then goes at the next look, within
 * an hour.
 *
 * @throws StreambedError `bad-request` for longer than the server keeps any.
 */
export async function setRetention(
  engine: Pick<Engine, 'store' | 'settings'>,
  org: string,
  conversationDays: number | null,
): Promise<Retention> {
  const { atMost } = await retentionOf(engine, org)
  if (conversationDays !== null && atMost !== null && conversationDays > atMost)
    throw new StreambedError('bad-request', `This server keeps conversations for ${atMost} days at most.`)
  const row = await engine.store.accounts.find('retention', org)
  const change = changeOf(row, org, conversationDays)
  if (change && !(await engine.store.accounts.apply([change]))) throw new StreambedError('account-changed')
  return retentionOf(engine, org)
}

function changeOf(
  row: AccountRow<'retention'> | undefined,
  org: string,
  days: number | null,
): AccountChange | undefined {
  if (days === null) return row && { remove: { kind: 'retention', id: org } }
  const data = { conversationDays: days }
  return row ? { change: { ...row, data } } : { add: { kind: 'retention', id: org, org, user: GROUP, data } }
}

/** Removes what is kept longer than it should be: entries of the audit that are older than so many days, and conversations. */
export function keepNoLonger(engine: Keeping, auditDays: number): AsyncDisposable {
  return everySoOften(0, async (signal) => {
    try {
      await engine.store.audit.prune(daysAgo(engine, auditDays))
      if (await removeOld(engine, signal)) return MORE_MS
    } catch (error) {
      engine.log.warn({ err: error }, 'what is kept too long could not be removed')
    }
    return LOOK_MS
  })
}

/** Removes the conversations that are too old, until nobody wants more of it. Returns whether there are more. */
export async function removeOld(engine: Keeping, signal?: AbortSignal): Promise<boolean> {
  const { conversationDays } = engine.settings
  const limits: Pick<IdleOptions, 'before' | 'org'>[] = []
  if (conversationDays !== undefined) limits.push({ before: daysAgo(engine, conversationDays) })
  for (const { id, data } of await all(engine)) limits.push({ org: id, before: daysAgo(engine, data.conversationDays) })

  let removed = 0
  for (const limit of limits) {
    while (removed < MOST && !signal?.aborted) {
      const old = await engine.store.idle({ ...limit, limit: AT_ONCE })
      if (old.length === 0) break
      for (const { owner, conversation } of old)
        await eraseConversation(engine, owner, conversation, { did: 'retention' })
      removed += old.length
    }
  }
  if (removed > 0) engine.log.info({ removed }, 'conversations were removed that are kept no longer')
  return removed >= MOST
}

/** What all organisations have set. */
async function all({ store }: Keeping) {
  const rows = []
  for (let page = await store.accounts.list('retention', { user: GROUP }); page.length > 0; ) {
    rows.push(...page)
    page = await store.accounts.list('retention', { user: GROUP }, page.at(-1)!.number)
  }
  return rows
}

function daysAgo({ now }: Pick<Engine, 'now'>, days: number): string {
  return new Date(now().getTime() - days * DAY_MS).toISOString()
}
