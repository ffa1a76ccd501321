import * as z from 'zod'
import type { App, Door } from './door.ts'

/** What can be made to go wrong where the demo model answers, so that people see that nothing is lost. */
export interface Mischief {
  /** Bedrock refuses the next calls for some seconds, as it does when too many come. */
  throttle(): void
  /** Bedrock's stream of the next answer breaks off in its middle. */
  cut(): void
}

/** The way to break things on purpose. It is there only with the demo model. */
export function demo(app: App, { mischief }: Pick<Door, 'mischief'>): void {
  if (!mischief) return
  app.post(
    '/v1/demo/faults',
    {
      config: { action: 'server' },
      schema: {
        summary: 'Makes something go wrong with the next answer. Only with the demo model.',
        tags: ['demo'],
        body: z.object({ kind: z.enum(['throttle', 'cut']) }),
        response: { 202: z.object({ kind: z.string() }) },
      },
    },
    async ({ body: { kind } }, reply) => {
      mischief[kind]()
      return reply.code(202).send({ kind })
    },
  )
}
