import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { namesOf } from '../accounts/people.ts'
import { HOME } from '../accounts/principal.ts'
import { AUDIT_KINDS, type AuditEntry, type AuditKind, type AuditListOptions } from '../store/audit.ts'
import { addressOf } from './auth/address.ts'
import { csv, csvLines } from './csv.ts'
import type { App, Door } from './door.ts'

const Query = z.object({
  kind: z.enum(AUDIT_KINDS).optional(),
  user: z.string().max(200).optional(),
  from: z.iso.date().optional().describe('The first day, in UTC.'),
  to: z.iso.date().optional().describe('The last day, in UTC.'),
  cursor: z.string().max(1_000).optional().describe('The `cursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  format: z.enum(['json', 'csv']).default('json').describe('`csv` is all entries, in one file.'),
})
/** The head of an earlier look. */
const Noted = z.object({
  number: z.coerce.number().int().min(1).optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
/** How many entries are read at once for a file. */
const PAGE = 100
const DAY_MS = 86_400_000

/**
 * Who did what. Every route that signs in, changes an account, a permission or a budget, exports or deletes makes an entry once it has
 * been answered, for the organisation of whoever asked; so do failed sign-ins, for that of the server.
 */
export function audit(app: App, { engine, auth }: Door): void {
  app.addHook('onResponse', async (request, reply) => {
    const kind = kindOf(request)
    // Those that are refused because there were too many are not told one by one.
    const isTold = reply.statusCode < 400 || (kind === 'sign-in' && reply.statusCode === 401)
    if (kind && isTold) await note(kind, request, reply)
  })

  app.get(
    '/v1/audit',
    {
      config: { action: 'people' },
      schema: { summary: 'Who did what in your organisation, newest first.', tags: ['audit'], querystring: Query },
    },
    async ({ owner, query }, reply) => {
      const { kind, user, from, to, cursor, limit } = query
      const which = {
        ...(kind && { kind }),
        ...(user && { user }),
        ...(from && { from }),
        ...(to && { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
      }
      if (query.format === 'json')
        return engine.store.audit.list(owner.org, { ...which, limit, ...(cursor && { cursor }) })
      reply.header('content-disposition', `attachment; filename="audit.csv"`)
      return reply.type('text/csv; charset=utf-8').send(Readable.from(fileOf(owner.org, which)))
    },
  )

  app.get(
    '/v1/audit/verify',
    {
      config: { action: 'server' },
      schema: {
        summary: 'Whether the audit is what was written: every entry holds the hash of the one before.',
        tags: ['audit'],
        querystring: Noted,
      },
    },
    async ({ query: { number, hash } }) =>
      engine.store.audit.verify(number !== undefined && hash !== undefined ? { number, hash } : undefined),
  )

  async function* fileOf(org: string, which: Omit<AuditListOptions, 'limit'>): AsyncGenerator<string> {
    yield csv([], COLUMNS)
    let cursor: string | null | undefined
    do {
      const page = await engine.store.audit.list(org, { ...which, limit: PAGE, ...(cursor && { cursor }) })
      const users = new Set(page.items.flatMap(({ user }) => (user === null ? [] : [user])))
      const names = auth.signIn ? await namesOf(auth.signIn.accounts, org, users) : new Map<string, string>()
      yield csvLines(
        page.items.map((entry) => rowOf(entry, names)),
        COLUMNS,
      )
      cursor = page.cursor
    } while (cursor !== null)
  }

  async function note(kind: AuditKind, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { org, user } = request.owner ?? { org: HOME, user: null }
    const { method, routeOptions, params, id } = request
    const address = addressOf(request.raw, auth.signIn?.trustedProxies ?? 0)
    const data = {
      request: id,
      did: `${method} ${routeOptions.url}`,
      ...named(params),
      ...(routeOptions.schema?.querystring ? told(request.query) : {}),
      ...(routeOptions.schema?.body ? told(request.body) : {}),
      status: reply.statusCode,
      address,
    }
    await engine.store.audit
      .add({ org, user, kind, data })
      .catch((error) => engine.log.error({ err: error, kind, request: id }, 'the audit could not be written'))
  }
}

/** What a request is to the audit; undefined for what it does not tell of. */
function kindOf({ method, routeOptions: { url = '', config }, query }: FastifyRequest): AuditKind | undefined {
  const isChange = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
  if (SIGN_INS.has(`${method} ${url}`)) return 'sign-in'
  if (`${method} ${url}` === 'POST /v1/conversations/:id/share') return 'export'
  if (url.endsWith('/export') || (query as { readonly format?: unknown } | null)?.format === 'csv') return 'export'
  if (!isChange) return undefined
  if (url === '/v1/budgets') return 'budget-change'
  if (config.action === 'people' || config.action === 'server') return 'permission-change'
  if (config.action === 'account' || url.startsWith('/v1/auth/')) return 'account-change'
  // A conversation's end is told wherever it comes from, by who ends it.
  return method === 'DELETE' && url !== '/v1/conversations/:id' ? 'deletion' : undefined
}

const SIGN_INS: ReadonlySet<string> = new Set([
  'POST /v1/auth/sign-in',
  'POST /v1/auth/accept',
  'GET /v1/auth/oidc/callback',
])

/** What was named in the address: ids. */
function named(params: unknown): Readonly<Record<string, string>> {
  const ids = Object.entries((params ?? {}) as Record<string, unknown>)
  return Object.fromEntries(ids.flatMap(([name, id]) => (typeof id === 'string' ? [[name, id.slice(0, 200)]] : [])))
}

/** Of what was asked for and held to a schema, the fields that say what is allowed, limited or taken along; nothing else is kept. */
const TELLING = [
  'role',
  'disabled',
  'conversationDays',
  'scopes',
  'scope',
  'of',
  'period',
  'microDollars',
  'tokens',
  'action',
  'by',
  'from',
  'to',
  'kind',
  'user',
] as const

function told(asked: unknown): Readonly<Record<string, unknown>> {
  if (typeof asked !== 'object' || asked === null) return {}
  const fields = asked as Readonly<Record<string, unknown>>
  return Object.fromEntries(TELLING.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])))
}

const COLUMNS = ['at', 'user', 'name', 'kind', 'data'] as const

function rowOf(
  entry: AuditEntry,
  names: ReadonlyMap<string, string>,
): Readonly<Record<(typeof COLUMNS)[number], unknown>> {
  return { ...entry, name: names.get(entry.user ?? ''), data: JSON.stringify(entry.data) }
}
