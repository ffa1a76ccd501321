import type { FastifyReply, FastifyRequest } from 'fastify'
import { tellAccess } from '../observe/access.ts'
import type { App, Door } from './door.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the access log says the request was about. */
    about: { conversation?: string | undefined; run?: string | undefined }
  }
}

/** Asked all the time by whoever looks after the server. */
const QUIET: ReadonlySet<string> = new Set(['/v1/health', '/v1/ready', '/metrics', '/*'])

/**
 * P86: gives every request an id, which its answer carries as `x-request-id`, and writes and counts it when the answer is over. A proxy's own id
 * is kept.
 */
export function access(app: App, { engine }: Door): void {
  app.decorateRequest('about')

  app.addHook('onRequest', async (request, reply) => {
    const begun = performance.now()
    request.about = {}
    reply.header('x-request-id', request.id)
    reply.raw.once('close', () => tell(request, reply, performance.now() - begun))
  })

  app.addHook('preSerialization', async (request, _, payload) => {
    const { conversation, run } = (payload ?? {}) as Record<string, unknown>
    if (typeof conversation === 'string') request.about.conversation = conversation
    if (typeof run === 'string') request.about.run = run
    return payload
  })

  function tell(request: FastifyRequest, reply: FastifyReply, ms: number): void {
    const { method, routeOptions, about } = request
    const route = routeOptions.url ?? '/*'
    const status = reply.raw.statusCode
    const { id } = (request.params ?? {}) as { readonly id?: string }
    const named = id !== undefined && ID.test(id) ? id : undefined
    if (route.startsWith('/v1/conversations/:id')) about.conversation ??= named
    if (route.startsWith('/v1/runs/:id')) about.run ??= named
    const { conversation, run } = about
    const isQuiet = QUIET.has(route) && status < 500
    tellAccess(engine, { request: request.id, method, route, status, ms, ...request.owner, conversation, run }, isQuiet)
  }
}

/** What ids look like. Anything else in an address is what somebody typed. */
const ID = /^[a-z]_[0-9a-z]{8,64}$/

/** A new request's id. */
export function requestId({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID()
}
