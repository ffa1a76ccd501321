import type { Owner } from '@streambed/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Action, Principal } from '../accounts/principal.ts'
import type { Engine } from '../runs/engine.ts'
import type { Auth } from './auth/auth.ts'
import type { Mischief } from './demo.ts'
import type { OriginPolicy } from './origin.ts'
import type { Quotas } from './quotas/quotas.ts'

/** What the routes work with. */
export interface Door {
  readonly engine: Engine
  readonly auth: Auth
  readonly policy: OriginPolicy
  readonly about: About
  /** The id or ARN of the Bedrock guardrail that is asked, where there is one. */
  readonly guardrail?: string | undefined
  /** What can be made to go wrong on purpose; nothing where Bedrock itself answers. */
  readonly mischief?: Mischief | undefined
  readonly quotas: Quotas
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
    /** Whose request it is, and what they may do: set before any route runs that is not open to all. */
    owner: Owner
    principal: Principal
  }
  interface FastifyContextConfig {
    /** What one must be allowed to do here. Default: `read` for GET, `write` for the rest; `open` asks nobody who they are. */
    action?: Action | 'open'
    /** It takes large bodies, of which nobody sends many at once. */
    upload?: true
  }
}

/** Aborts when the one who asked has gone away before the answer was whole. */
export function goneSignal(request: FastifyRequest, response: import('node:http').ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort(new Error('the connection was closed')))
  if (request.raw.socket.destroyed) controller.abort(new Error('the connection was closed'))
  return controller.signal
}
