import type { IncomingMessage } from 'node:http'
import { StreambedError } from '@streambed/protocol'

/** Which web pages may use this server, and under which names it may be called. */
export interface OriginPolicy {
  /** Exact origins beside the server's own; `*` counts for the token stream alone. */
  readonly origins: readonly string[]
  /** Where the server listens; a loopback address may be called by any of loopback's names, and by no other. */
  readonly host: string
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Throws `origin-refused` for a web page that may not be here (P37), and for a request that came under a foreign name: a page
 * whose name was made to point at this machine. No origin is fine: then it is no page.
 */
export function checkOrigin({ origins, host }: OriginPolicy, { headers }: Pick<IncomingMessage, 'headers'>): void {
  const called = headers.host
  if (!called || (isLoopback(host) && !LOOPBACK.has(nameOf(called)))) {
    throw new StreambedError('origin-refused', 'This server is called localhost.')
  }
  const { origin } = headers
  if (origin === undefined || origins.includes(origin)) return
  if (origin !== `http://${called}` && origin !== `https://${called}`) throw new StreambedError('origin-refused')
}

/** The value of `access-control-allow-origin` for a page of this origin; undefined where it gets none. */
export function allowedOrigin(
  { origins }: OriginPolicy,
  origin: string | undefined,
  { open }: { readonly open: boolean },
): string | undefined {
  if (origin === undefined) return undefined
  if (origins.includes(origin)) return origin
  return open && origins.includes('*') ? '*' : undefined
}

function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1' || host.startsWith('127.')
}

function nameOf(called: string): string {
  return called.replace(/:\d+$/, '').toLowerCase()
}
