import type { Owner } from '@streambed/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Engine } from '../runs/engine.ts'
import type { Authenticate } from './auth.ts'
import type { OriginPolicy } from './origin.ts'

/** What the routes work with. */
export interface Door {
  readonly engine: Engine
  readonly authenticate: Authenticate
  readonly policy: OriginPolicy
  readonly about: About
}

/** What the server says of itself. */
export interface About {
  readonly version: string
  /** Who answers: the demo model of the embedded emulator, or Bedrock. */
  readonly model: 'demo' | 'bedrock'
}

export type App = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request it is: set before any route runs. */
    owner: Owner
  }
}

/** Aborts when the one who asked has gone away before the answer was whole. */
export function goneSignal(request: FastifyRequest, response: import('node:http').ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort(new Error('the connection was closed')))
  if (request.raw.socket.destroyed) controller.abort(new Error('the connection was closed'))
  return controller.signal
}
