import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { HOME } from '../accounts/principal.ts'
import { AUDIT_KINDS, type AuditKind } from '../store/audit.ts'
import { addressOf } from './auth/address.ts'
import type { App, Door } from './door.ts'

const Query = z.object({
  kind: z.enum(AUDIT_KINDS).optional(),
  user: z.string().max(200).optional(),
  cursor: z.string().max(1_000).optional().describe('The `cursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

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
    async ({ owner, query }) => {
      const { kind, user, cursor, limit } = query
      return engine.store.audit.list(owner.org, {
        limit,
        ...(kind && { kind }),
        ...(user && { user }),
        ...(cursor && { cursor }),
      })
    },
  )

  async function note(kind: AuditKind, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { org, user } = request.owner ?? { org: HOME, user: null }
    const { method, routeOptions, params, id } = request
    const address = addressOf(request.raw, auth.signIn?.trustedProxies ?? 0)
    const data = {
      request: id,
      did: `${method} ${routeOptions.url}`,
      ...named(params),
      ...changed(request.body),
      status: reply.statusCode,
      address,
    }
    await engine.store.audit
      .add({ org, user, kind, data })
      .catch((error) => engine.log.error({ err: error, kind, request: id }, 'the audit could not be written'))
  }
}

/** What a request is to the audit; undefined for what it does not tell of. */
function kindOf({ method, routeOptions: { url = '', config } }: FastifyRequest): AuditKind | undefined {
  const isChange = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
  if (SIGN_INS.has(`${method} ${url}`)) return 'sign-in'
  if (url.endsWith('/export')) return 'export'
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

/** Of what was asked for, the fields that say what is allowed or limited now; nothing else is kept. */
const TELLING = ['role', 'disabled', 'scopes', 'scope', 'of', 'period', 'microDollars', 'tokens', 'action'] as const

function changed(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) return {}
  const fields = body as Readonly<Record<string, unknown>>
  return Object.fromEntries(TELLING.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])))
}
