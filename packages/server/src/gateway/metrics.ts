import type { IncomingMessage, ServerResponse } from 'node:http'
import { authorize } from '../accounts/principal.ts'
import type { App, Door } from './door.ts'

/** What the server counts of itself, for Prometheus: for whoever asks from this machine, and for admins of the server. */
export function metrics(app: App, { engine, auth }: Door): void {
  const answers = new Set<ServerResponse>()
  engine.metrics.gauge('streambed_active_runs', 'Runs that are being answered.', () => engine.active.size)
  engine.metrics.gauge('streambed_open_requests', 'HTTP requests whose answer is not over.', () => answers.size)
  engine.metrics.gauge('streambed_stream_waiting_bytes', 'What waits for readers of event streams.', () => {
    let bytes = 0
    for (const { socket } of answers) bytes += socket?.writableLength ?? 0
    return bytes
  })

  app.addHook('onRequest', async (_, reply) => {
    answers.add(reply.raw)
    reply.raw.once('close', () => answers.delete(reply.raw))
  })

  app.get(
    '/metrics',
    { config: { action: 'open' }, schema: { summary: 'Metrics in the text format of Prometheus.', tags: ['server'] } },
    async (request, reply) => {
      if (!isFromHere(request.raw)) authorize(await auth.identify(request.raw), 'server')
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(engine.metrics.text())
    },
  )
}

/** A proxy on this machine asks for others, and says so. */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const isLoopback = /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '')
  return isLoopback && headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined
}
