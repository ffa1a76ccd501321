import type { AuditEntry, Budget } from '@streambed/client/admin'
import { limitText } from '../budgets/amount-text.ts'
import { modelName } from '../format/model.ts'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { toolName } from '../forms/wording.ts'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'

const words = adminText.audit

/** How those are called that an entry names by id. */
export interface Names {
  person(user: string): string
  agent(name: string): string
  budget(budget: Pick<Budget, 'scope' | 'of' | 'period'>): string
}

/** What happened, as one sentence. Entries of a newer server, for which there are no words here, name the request. */
export function sentenceOf(entry: AuditEntry, names: Names): string {
  const { kind, data } = entry
  const who = entry.user === null ? words.somebody : names.person(entry.user)
  if (kind === 'model-call') return callSentence(who, data, names)
  if (kind === 'filter') return filterSentence(data)
  if (kind === 'tool-call') return words.usedTool(who, toolName(String(data['tool'])), data['outcome'] === 'done')
  if (kind === 'approval') return approvalSentence(who, data)
  if (kind === 'sign-in') return signInSentence(who, entry)
  const did = typeof data['did'] === 'string' ? data['did'] : null
  if (did === null) return kind === 'deletion' ? words.conversationDeleted(who) : words.other(who, words.kinds[kind])
  const whom = named(data['user'], names.person)
  switch (did) {
    case 'PATCH /v1/people/:user':
      if (isRole(data['role'])) return words.role(who, whom, words.roles[data['role']])
      if (data['disabled'] === true) return words.disabled(who, whom)
      return data['disabled'] === false ? words.enabled(who, whom) : words.changed(who, whom)
    case 'POST /v1/invitations':
      return words.invited(who, words.roles[isRole(data['role']) ? data['role'] : 'member'])
    case 'POST /v1/mcp/:server/tools/:tool/approve':
      return words.approved(who, `${data['server']}: ${data['tool']}`)
    case 'PUT /v1/budgets':
      return words.budgetSet(who, names.budget(budgetOf(data)), limitText(budgetOf(data)))
    case 'DELETE /v1/budgets':
      return isBudget(data) ? words.budgetRemoved(who, names.budget(budgetOf(data))) : words.other(who, did)
  }
  if (isKnown(did)) return words.did[did](who, whom)
  const [, collection] = /^DELETE \/v1\/([\w-]+)\/:id$/.exec(did) ?? []
  return collection ? words.recordDeleted(who, collection) : words.other(who, did)
}

function signInSentence(who: string, { user, data }: AuditEntry): string {
  if (user === null || Number(data['status']) >= 400) return words.refused(who)
  return data['did'] === 'POST /v1/auth/accept' ? words.joined(who) : words.signedIn(who)
}

function callSentence(who: string, data: AuditEntry['data'], names: Names): string {
  const counts = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'].map((name) => data[name])
  const count = counts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? part : 0), 0)
  const tokens = adminText.budgets.tokens(formatCount(count, text.locale))
  const model = modelName(String(data['model']))
  const agent = named(data['agent'], names.agent)
  const { microDollars } = data
  if (typeof microDollars !== 'number') return words.called(who, agent, model, tokens)
  return words.calledFor(who, agent, model, tokens, formatMoney(microDollars, text.locale))
}

function approvalSentence(who: string, { outcome, tool }: AuditEntry['data']): string {
  if (outcome === 'asked') return words.asked(who, typeof tool === 'string' ? toolName(tool) : null)
  if (outcome === 'approved') return words.allowed(who)
  return outcome === 'denied' ? words.denied(who) : words.unanswered
}

function filterSentence({ filter, on, outcome, found }: AuditEntry['data']): string {
  const kinds = Object.entries(typeof found === 'object' && found !== null ? found : {})
  const what = kinds.map(([kind, count]) => (count === 1 ? kind : `${kind} × ${count}`)).join(', ')
  const where = words.filtered[on === 'message' || on === 'tool-result' ? on : 'answer']
  return words.filter(String(filter), where, outcome === 'refused', what)
}

function named(id: unknown, nameOf: (id: string) => string): string {
  return typeof id === 'string' ? nameOf(id) : words.somebody
}

function isBudget({ scope, period }: AuditEntry['data']): boolean {
  return ['organisation', 'user', 'agent'].includes(String(scope)) && (period === 'day' || period === 'month')
}

/** The budget that an entry tells of; the server has held it to its schema. */
function budgetOf({ scope, of, period, microDollars, tokens }: AuditEntry['data']): Budget {
  const said = {
    scope,
    of: of ?? null,
    period,
    microDollars: microDollars ?? null,
    tokens: tokens ?? null,
    action: 'cut',
  }
  return said as Budget
}

function isRole(role: unknown): role is keyof typeof words.roles {
  return typeof role === 'string' && Object.hasOwn(words.roles, role)
}

function isKnown(did: string): did is keyof typeof words.did {
  return Object.hasOwn(words.did, did)
}
