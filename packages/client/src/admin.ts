import type { Budget, BudgetKey, BudgetStanding } from '@streambed/protocol'
import type { AccountOptions } from './account.ts'
import { systemClock } from './clock.ts'
import { Http } from './http.ts'
import { selfHeaders } from './self.ts'

export type { Budget, BudgetKey, BudgetStanding }

/** What may be spent. Money is whole micro-dollars. */
export interface BudgetBook {
  /** The budgets that one is under oneself. */
  readonly mine: readonly BudgetStanding[]
  /** For admins: what the organisation has set, and what the server's settings say where it has set nothing. */
  readonly items?: readonly Budget[]
  readonly defaults?: readonly Budget[]
  /** What the server lets an organisation spend, whatever is set. */
  readonly caps?: readonly Budget[]
  /** Of those three, how the ones stand that count one account: the organisation's, or that of a user by name. */
  readonly standings?: readonly BudgetStanding[]
}

export const AUDIT_KINDS = [
  'sign-in',
  'account-change',
  'permission-change',
  'budget-change',
  'export',
  'deletion',
  'model-call',
  'tool-call',
  'approval',
  'filter',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]

/** Something that somebody did. */
export interface AuditEntry {
  readonly number: number
  /** ISO 8601. */
  readonly at: string
  /** Null where nobody knows. */
  readonly user: string | null
  readonly kind: AuditKind
  /** Names and numbers, never what anybody said. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Which entries. Days are ISO dates in UTC, both included. */
export interface AuditQuery {
  readonly kind?: AuditKind
  readonly user?: string
  readonly from?: string
  readonly to?: string
}

export interface AuditPage {
  /** Newest first. */
  readonly items: readonly AuditEntry[]
  /** Where the next page begins; null after the last. */
  readonly cursor: string | null
}

/** A limit that holds on the server. */
export interface LimitInfo {
  readonly of: string
  /** Whose runs, where it is of an agent. */
  readonly agent?: string
  readonly name: string
  /** Null where there is no limit. */
  readonly most: number | null
  readonly unit: string
  /** The setting that changes it, when the server starts; what has none is fixed. */
  readonly setting?: string
}

/** What is spent, what was done and what is limited, for those who look after an organisation. Promises reject with a `Failure`. */
export interface AdminClient {
  /** Members see their own. With an agent's name also those of this agent are among them. */
  budgets(agent?: string): Promise<BudgetBook>
  /** Takes the place of the budget for the same scope, name and period. */
  setBudget(budget: Budget): Promise<Budget>
  removeBudget(key: BudgetKey): Promise<void>
  audit(query?: AuditQuery & { readonly cursor?: string; readonly limit?: number }): Promise<AuditPage>
  /** Where the same is as a file; fetching it is told in the audit, too. */
  auditFile(query?: AuditQuery): string
  limits(): Promise<readonly LimitInfo[]>
}

export function createAdmin(options: AccountOptions = {}): AdminClient {
  const { fetch = globalThis.fetch, as } = options
  const url = options.url ?? globalThis.location?.origin ?? ''
  const headers = { ...options.headers, ...selfHeaders(as) }
  const http = new Http({ url, fetch, headers, clock: systemClock, closed: new AbortController().signal })
  return {
    budgets: (agent) => http.json(`/v1/budgets${asked({ agent })}`),
    setBudget: (budget) => http.json('/v1/budgets', { method: 'PUT', body: budget }),
    removeBudget: ({ scope, of, period }) =>
      http.json(`/v1/budgets${asked({ scope, period, of: of ?? undefined })}`, { method: 'DELETE' }),
    audit: (query = {}) => http.json(`/v1/audit${asked(query)}`),
    auditFile: (query = {}) => `${http.url}/v1/audit${asked({ ...query, format: 'csv' })}`,
    limits: async () => (await http.json<{ readonly items: readonly LimitInfo[] }>('/v1/limits')).items,
  }
}

/** What of it is said, as an address's question. */
function asked(query: object): string {
  const said = Object.entries(query).filter(([, value]) => value !== undefined)
  return said.length === 0 ? '' : `?${new URLSearchParams(said.map(([name, value]) => [name, String(value)]))}`
}
