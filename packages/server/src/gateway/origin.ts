import type { IncomingMessage } from 'node:http'
import { StreambedError } from '@streambed/protocol'

/** Which web pages may use this server, and under which names it may be called. */
export interface OriginPolicy {
  /** Exact origins beside the server's own; `*` counts for the token stream alone. */
  readonly origins: readonly string[]
  /** Where the server listens; a loopback address may be called by any of loopback's names, and by no other. */
  readonly host: string
  /** Where people reach the server, if that is not where it listens: behind a proxy. Then its own pages are there alone. */
  readonly publicOrigin?: string | undefined
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Throws `origin-refused` for a web page that may not be here (P37), and for a request that came under a foreign name: a page
 * whose name was made to point at this machine. No origin is fine: then it is no page.
 */
export function checkOrigin(policy: OriginPolicy, { headers }: Pick<IncomingMessage, 'headers'>): void {
  const called = headers.host
  const isByPublicName = policy.publicOrigin !== undefined && new URL(policy.publicOrigin).host === called
  if (!called || (isLoopback(policy.host) && !LOOPBACK.has(nameOf(called)) && !isByPublicName)) {
    throw new StreambedError('origin-refused', 'This server is called localhost.')
  }
  const { origin } = headers
  if (origin !== undefined && !policy.origins.includes(origin) && !isOwn(policy, headers))
    throw new StreambedError('origin-refused')
}

/**
 * Throws `origin-refused` unless a request that brings a cookie comes from a page of this server's own (P76): browsers send cookies
 * along whoever makes them ask. What changes something, and every socket, must say where it comes from; a page that is opened need not.
 */
export function checkOwnPage(
  policy: OriginPolicy,
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  kind: 'request' | 'socket',
): void {
  const site = headers['sec-fetch-site']
  const isReading = kind === 'request' && (method === 'GET' || method === 'HEAD')
  if (headers.origin !== undefined && isOwn(policy, headers)) return
  if (headers.origin === undefined && kind === 'request') {
    if (site === 'same-origin' || (isReading && (site === undefined || site === 'none'))) return
    if (isReading && headers['sec-fetch-mode'] === 'navigate') return
  }
  throw new StreambedError('origin-refused')
}

function isOwn({ publicOrigin }: OriginPolicy, { origin, host }: IncomingMessage['headers']): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin
  return origin === `http://${host}` || origin === `https://${host}`
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
