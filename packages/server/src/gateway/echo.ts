import { setTimeout } from 'node:timers/promises'
import * as z from 'zod'
import { addressOf } from './auth/address.ts'
import { type App, type Door, goneSignal } from './door.ts'
import { openEventStream } from './event-stream.ts'
import { LIMITS } from './limits.ts'

/** What the server takes a request to be: for whoever looks after what stands between it and its users. */
export const Echo = z.object({
  request: z.string().describe('The id that its log has for this request.'),
  address: z.string().describe('Where it takes the request to come from.'),
  forwarded: z.int().describe('How many addresses X-Forwarded-For holds.'),
  trusted: z.int().describe("How many proxies' word it takes for that: STREAMBED_TRUSTED_PROXIES."),
  publicUrl: z.string().nullable().describe('STREAMBED_PUBLIC_URL.'),
  cookie: z.string().nullable().describe('The name of its session cookie; null where there is no sign-in.'),
})
export type Echo = z.infer<typeof Echo>

/** The longest a stream stays open, in seconds. */
export const MAX_SILENCE = 600
const MAX_TICKS = 20

/** P87: ways to see what a proxy does to requests, answers and streams. They keep nothing and ask no model. */
export function echo(app: App, { auth, policy }: Door): void {
  const trusted = auth.signIn?.trustedProxies ?? 0

  app.get(
    '/v1/echo',
    {
      schema: {
        summary: 'What the server takes this request to be, at once or after a while.',
        tags: ['server'],
        querystring: z.object({
          wait: z.coerce.number().min(0).default(0).describe('Seconds until the answer; at most 60.'),
        }),
        response: { 200: Echo },
      },
    },
    async (request, reply) => {
      const waitMs = Math.min(request.query.wait * 1_000, LIMITS.longPoll)
      const signal = goneSignal(request, reply.raw)
      if (waitMs > 0) await setTimeout(waitMs, undefined, { signal }).catch(() => {}) // gone: nobody reads the answer
      const { headers } = request
      return {
        request: request.id,
        address: addressOf(request.raw, trusted),
        forwarded: listed(headers['x-forwarded-for']),
        trusted,
        publicUrl: policy.publicOrigin ?? null,
        cookie: auth.signIn?.cookie.name ?? null,
      }
    },
  )

  app.get(
    '/v1/echo/stream',
    {
      schema: {
        summary: 'An event stream that writes the time a few times, is silent for a while, and ends.',
        tags: ['server'],
        querystring: z.object({
          ticks: z.coerce.number().int().min(1).max(MAX_TICKS).default(10).describe('How often it writes the time.'),
          every: z.coerce.number().min(20).max(1_000).default(100).describe('Milliseconds between two times.'),
          silence: z.coerce.number().min(0).max(MAX_SILENCE).default(0).describe('Seconds without a word after them.'),
        }),
      },
    },
    async (request, reply) => {
      const { ticks, every, silence } = request.query
      const stream = openEventStream(request, reply)
      const begun = performance.now()
      try {
        for (let tick = 1; tick <= ticks; tick++) {
          if (tick > 1) await setTimeout(every, undefined, { signal: stream.signal })
          stream.write(`event: tick\ndata: ${(performance.now() - begun).toFixed(1)}\n\n`)
        }
        await setTimeout(silence * 1_000, undefined, { signal: stream.signal })
        stream.write('event: end\ndata: {}\n\n')
        stream.end()
      } catch (error) {
        stream.fail(error)
      }
    },
  )

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMITS.file }, (_, body, done) => done(null, body))
    scope.post(
      '/v1/echo',
      {
        bodyLimit: LIMITS.file,
        config: { action: 'read', upload: true },
        schema: { summary: 'How many bytes arrived. They are thrown away.', tags: ['server'] },
      },
      async ({ body }) => ({ bytes: (body as Buffer | null)?.length ?? 0 }), // what the parser above gives
    )
  })
}

function listed(header: string | string[] | undefined): number {
  const text = String(header ?? '')
  return text === '' ? 0 : text.split(',').length
}
