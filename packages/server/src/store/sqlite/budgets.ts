import { type Budget, type BudgetKey, type Owner, type RunId, StreambedError } from '@streambed/protocol'
import {
  type Amount,
  accountsOf,
  type BudgetLine,
  knownSince,
  type LineStanding,
  MAX_BUDGETS,
  type Reservation,
} from '../budgets.ts'
import { Fenced } from '../store.ts'
import type { UsageRecord } from '../usage.ts'
import type { Database } from './database.ts'

/** What `BudgetStore` does, inside a transaction of the caller's, and what follows from appends. */
export interface Budgets {
  list(org: string): readonly Budget[]
  set(org: string, budget: Budget): void
  remove(org: string, key: BudgetKey): boolean
  reserve(reservation: Reservation, lines: readonly BudgetLine[]): Amount | undefined
  standing(lines: readonly BudgetLine[]): readonly LineStanding[]
  tell(line: BudgetLine, percent: number): boolean
  /** Counts a call, in place of what its run had set aside. */
  settle(owner: Owner, record: UsageRecord): void
  release(run: RunId): void
  /** Releases what the runs of a conversation have set aside. */
  erase(conversation: number): void
}

const KEY = 'org = ? and scope = ? and name is ? and period = ?'
const SPENT = `
  coalesce((select sum(FIELD) from spending where spending.account = line.account and day >= line.since), 0)`
const RESERVED = `
  coalesce((
    select sum(FIELD) from reservation where line.account in (of_organisation, of_user, of_agent) and run is not ?1
  ), 0)`
const LINES = `
  line as materialized (
    select key as number, value ->> 'account' as account, value ->> 'from' as since,
      value ->> 'microDollars' as micro_dollars, value ->> 'tokens' as tokens
    from json_each(?2)
  )`
const of = (sum: string, field: 'micro_dollars' | 'tokens'): string => sum.replace('FIELD', field)
const left = (field: 'micro_dollars' | 'tokens'): string =>
  `line.${field} - ${of(SPENT, field)} - ${of(RESERVED, field)} as ${field}`

export function openBudgets(db: Database): Budgets {
  const list = db.prepare('select * from budget where org = ? order by scope, name, period')
  const count = db.prepare('select count(*) as count from budget where org = ?')
  const remove = db.prepare(`delete from budget where ${KEY}`)
  const insert = db.prepare(`
    insert into budget (org, scope, name, period, micro_dollars, tokens, action) values (?, ?, ?, ?, ?, ?, ?)`)
  const isActive = db.prepare(`select 1 from run where id = ? and status = 'active'`)
  // One statement looks at all lines and sets aside: between the two nobody else can.
  const reserve = db.prepare(`
    with ${LINES}, room as materialized (select ${left('micro_dollars')}, ${left('tokens')} from line)
    insert into reservation (run, of_organisation, of_user, of_agent, micro_dollars, tokens)
    select ?1, ?3, ?4, ?5, max(0, min(?6, coalesce((select min(micro_dollars) from room), ?6))),
      min(?7, coalesce((select min(tokens) from room), ?7))
    where not exists (select 1 from room where micro_dollars < ?8 or tokens < ?9)
    on conflict (run) do update set micro_dollars = excluded.micro_dollars, tokens = excluded.tokens
    returning micro_dollars, tokens`)
  const standing = db.prepare(`
    with ${LINES}
    select ${of(SPENT, 'micro_dollars')} as spent_micro_dollars, ${of(SPENT, 'tokens')} as spent_tokens,
      ${of(RESERVED, 'micro_dollars')} as reserved_micro_dollars, ${of(RESERVED, 'tokens')} as reserved_tokens
    from line order by number`)
  const tell = db.prepare('insert or ignore into budget_notice values (?, ?, ?, ?)')
  const forget = db.prepare(`delete from budget_notice where since < date(?, '-2 months')`)
  const add = db.prepare(`
    insert into spending values (?, ?, ?, ?)
    on conflict (account, day) do update set
      micro_dollars = micro_dollars + excluded.micro_dollars, tokens = tokens + excluded.tokens`)
  const drop = db.prepare('delete from spending where day < ?')
  const release = db.prepare('delete from reservation where run = ?')
  const erase = db.prepare('delete from reservation where run in (select id from run where conversation = ?)')

  let lastDay = ''

  return {
    list: (org) => (list.all(org) as unknown as BudgetRow[]).map(budgetOf), // of our own schema, here and below
    set(org, budget) {
      const { microDollars, tokens, action } = budget
      const key = keyOf(org, budget)
      const isNew = remove.run(...key).changes === 0
      if (isNew && Number(count.get(org)!['count']) >= MAX_BUDGETS)
        throw new StreambedError('too-many', `An organisation has at most ${MAX_BUDGETS} budgets; remove one.`)
      insert.run(...key, microDollars, tokens, action)
    },
    remove: (org, key) => remove.run(...keyOf(org, key)).changes > 0,

    reserve({ run, owner, agent, most, least, isPriced }, lines) {
      if (!isActive.get(run)) throw new Fenced()
      const accounts = accountsOf(owner, agent).map((account) => JSON.stringify(account))
      const enough = [isPriced ? least.microDollars : null, least.tokens]
      const row = reserve.get(run, linesText(lines), ...accounts, most.microDollars, most.tokens, ...enough)
      return row && { microDollars: Number(row['micro_dollars']), tokens: Number(row['tokens']) }
    },

    standing: (lines) =>
      standing.all(null, linesText(lines)).map((row) => ({
        spent: { microDollars: Number(row['spent_micro_dollars']), tokens: Number(row['spent_tokens']) },
        reserved: { microDollars: Number(row['reserved_micro_dollars']), tokens: Number(row['reserved_tokens']) },
      })),

    tell({ account, period, from }, percent) {
      const isFirst = tell.run(JSON.stringify(account), period, from, percent).changes > 0
      if (isFirst) forget.run(from)
      return isFirst
    },

    settle(owner, { run, agent, at, event }) {
      const tokens = event.inputTokens + event.outputTokens + event.cacheReadTokens + event.cacheWriteTokens
      const day = at.slice(0, 10)
      if (day !== lastDay) drop.run(knownSince(day)) // it looks at all, so once a day
      lastDay = day
      for (const account of accountsOf(owner, agent))
        add.run(JSON.stringify(account), day, event.microDollars ?? 0, tokens)
      release.run(run)
    },
    release: (run) => void release.run(run),
    erase: (conversation) => void erase.run(conversation),
  }
}

interface BudgetRow {
  readonly scope: Budget['scope']
  readonly name: string | null
  readonly period: Budget['period']
  readonly micro_dollars: number | null
  readonly tokens: number | null
  readonly action: Budget['action']
}

function budgetOf({ scope, name, period, micro_dollars, tokens, action }: BudgetRow): Budget {
  return { scope, of: name, period, microDollars: micro_dollars, tokens, action }
}

const keyOf = (org: string, { scope, of, period }: BudgetKey) => [org, scope, of, period] as const

function linesText(lines: readonly BudgetLine[]): string {
  return JSON.stringify(lines.map((line) => ({ ...line, account: JSON.stringify(line.account) })))
}
