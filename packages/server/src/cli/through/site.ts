import { once } from 'node:events'
import * as http from 'node:http'
import * as https from 'node:https'

/** The server that is looked at, as its users reach it. */
export interface Site {
  /** Its origin, with nothing after it. */
  readonly url: URL
  /** What says who asks, where it has sign-in. */
  readonly key: Readonly<Record<string, string>>
  /** How long sockets and streams are left silent, in milliseconds. */
  readonly idleMs: number
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Default: 10 s, for the head of the answer and again for the rest of it. */
  readonly patienceMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** The first 64 KiB. */
  readonly text: string
}

const PATIENCE_MS = 10_000
const MAX_TEXT = 64 * 1024

/** One request on a connection of its own, with just these headers, and all of its answer. */
export async function ask(site: Site, path: string, asking: Asking = {}): Promise<Answer> {
  const response = await open(site, path, asking)
  const late = setTimeout(() => response.destroy(new Silence()), asking.patienceMs ?? PATIENCE_MS)
  try {
    let text = ''
    for await (const piece of response.setEncoding('utf8')) {
      text += piece
      if (text.length > MAX_TEXT) break
    }
    return { status: response.statusCode!, headers: response.headers, text: text.slice(0, MAX_TEXT) } // it has one
  } finally {
    clearTimeout(late)
    response.destroy()
  }
}

/** The same, as soon as the head of the answer is there. Whoever asks must destroy it. */
export async function open(
  { url, key }: Site,
  path: string,
  { method = 'GET', headers = {}, body, patienceMs = PATIENCE_MS }: Asking = {},
): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http
  const sent = request(new URL(path, url), { method, agent: false, headers: { ...key, ...headers } })
  const late = setTimeout(() => sent.destroy(new Silence()), patienceMs)
  try {
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [http.IncomingMessage]
    sent.on('error', () => {}) // an answer may come before the body is sent, which then nobody wants
    return response
  } finally {
    clearTimeout(late)
  }
}

/** Nothing came for as long as one waits. */
class Silence extends Error {
  readonly code = 'SILENCE'
}

/** Why there is no answer, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'of something unknown'
  const code = 'code' in error ? String(error.code) : ''
  return (
    REASONS[code] ?? (CERTIFICATE.test(code) ? `its certificate is not valid here (${code})` : code || error.message)
  )
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name could not be looked up',
  SILENCE: 'nothing came for too long',
  EPROTO: 'it speaks no TLS there',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/

/** What failed, as Streambed says it; undefined when somebody else answered. */
export function ownError({ headers, text }: Pick<Answer, 'headers' | 'text'>): string | undefined {
  if (!headers['content-type']?.includes('json')) return undefined
  const code = (jsonOf(text) as { readonly error?: { readonly code?: unknown } } | undefined)?.error?.code
  return typeof code === 'string' ? code : undefined
}

/** Undefined for what is no JSON: a proxy's page. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
