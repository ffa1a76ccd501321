import type { ErrorBody } from '@streambed/protocol'
import type { Config } from '../config.ts'
import { Failed } from './command.ts'
import { printableLine } from './printable.ts'

const LONGEST_MS = 2_000

/** Where a server is said to be, by `--url` or STREAMBED_URL; undefined when nobody said. */
export function urlGiven(flag: string | undefined): string | undefined {
  const url = flag ?? (process.env['STREAMBED_URL'] || undefined)
  return url === undefined || /^\w+:\/\//.test(url) ? url : `http://${url}`
}

/** Says who asks, where a server has sign-in: with the API key in STREAMBED_KEY. */
export function keyHeaders(): Readonly<Record<string, string>> {
  const key = process.env['STREAMBED_KEY']
  return key ? { authorization: `Bearer ${key}` } : {}
}

/** Where a server with these settings would listen. */
export function urlOf({ host, port }: Config): string {
  return `http://${host === '::1' ? '[::1]' : host}:${port}`
}

export interface Health {
  readonly status: 'ok'
  readonly model: 'demo' | 'bedrock'
}

/** What the server there says of itself; undefined when no Streambed answers. */
export async function healthOf(url: string): Promise<Health | undefined> {
  try {
    const answer = await fetch(new URL('/v1/health', url), { signal: AbortSignal.timeout(LONGEST_MS) })
    const health = (await answer.json()) as Health // looked at below, as something else may listen there
    return answer.ok && health.status === 'ok' && 'model' in health ? health : undefined
  } catch {
    return undefined // nobody, or nobody who speaks JSON
  }
}

const ANSWER_MS = 60_000

/**
 * Asks a server of ours for JSON, with the API key. Undefined for what is not there.
 *
 * @throws Failed when it refuses, or does not answer within a minute.
 */
export async function askServer<Body>(url: string, path: string): Promise<Body | undefined> {
  const headers = keyHeaders()
  const answer = await fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(ANSWER_MS) }).catch((cause) => {
    throw new Failed(`${url} did not answer. Is it running there?`, { cause })
  })
  if (answer.status === 404) return undefined
  if (answer.ok) return (await answer.json()) as Body // the server is our own
  const { error } = (await answer.json().catch(() => ({}))) as { readonly error?: ErrorBody } // a proxy may answer in HTML
  throw new Failed(error ? refusalOf(url, error) : `${url} answered with status ${answer.status}.`)
}

/** What a refusal means to somebody at a terminal. */
export function refusalOf(url: string, { code, message }: ErrorBody): string {
  if (code !== 'unauthorized') return `${url} answers: ${printableLine(message)}`
  return process.env['STREAMBED_KEY']
    ? `${url} does not take the API key in STREAMBED_KEY: it may be mistyped, revoked or expired.`
    : `${url} has sign-in: put an API key into STREAMBED_KEY. One is made on its page Account.`
}
