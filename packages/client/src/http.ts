import type { ErrorBody } from '@streambed/protocol'
import type { Clock } from './clock.ts'
import { Failure, failure } from './failure.ts'

interface HttpOptions {
  /** Where the server is. */
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  readonly headers: Readonly<Record<string, string>>
  readonly clock: Clock
  /** Ends every request. */
  readonly closed: AbortSignal
}

interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string>
  /** Sent as JSON, unless it is a `Blob`. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** How long to wait for the whole answer, or for its head where it is streamed. */
  readonly timeoutMs?: number
}

/** How long an ordinary answer may take. */
const ANSWER_MS = 30_000

/** The server's HTTP door. Every method rejects with a `Failure`, or with the signal's reason. */
export class Http {
  /** Where the server is, without a slash at the end. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly #fetch: typeof globalThis.fetch
  readonly #clock: Clock
  readonly #closed: AbortSignal

  constructor({ url, fetch, headers, clock, closed }: HttpOptions) {
    this.url = url.replace(/\/$/, '')
    this.headers = headers
    this.#fetch = (...request) => fetch(...request) // browsers want it called on nothing but the window
    this.#clock = clock
    this.#closed = closed
  }

  /** The answer's JSON; undefined where it has none. */
  async json<T>(path: string, ask: Ask = {}): Promise<T> {
    return this.#within(ask, async (signal) => {
      const response = await this.#request(path, ask, signal)
      if (response.status === 204) return undefined as T // the caller that expects nothing asks for `void`
      return (await response.json().catch((cause) => Promise.reject(failure('bad-answer', cause)))) as T
    })
  }

  /** The answer's bytes. */
  async blob(path: string, ask: Ask = {}): Promise<Blob> {
    return this.#within(ask, async (signal) => (await this.#request(path, ask, signal)).blob())
  }

  /** The answer as soon as its head is there. The caller reads its body, and ends it by the signal. */
  async stream(path: string, ask: Ask & { readonly signal: AbortSignal }): Promise<Response> {
    return this.#within(ask, (signal) => this.#request(path, ask, signal))
  }

  /** Runs `call` with a signal for the caller's, the client's and the clock's end. */
  async #within<T>(ask: Ask, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController()
    const cancel = this.#clock.after(ask.timeoutMs ?? ANSWER_MS, () => late.abort(failure('no-answer')))
    const signal = AbortSignal.any([late.signal, this.#closed, ...(ask.signal ? [ask.signal] : [])])
    try {
      signal.throwIfAborted()
      return await call(signal)
    } catch (thrown) {
      if (signal.aborted) throw signal.reason
      throw thrown instanceof Failure ? thrown : failure('unreachable', thrown)
    } finally {
      cancel()
    }
  }

  async #request(path: string, ask: Ask, signal: AbortSignal): Promise<Response> {
    const { method = 'GET', body } = ask
    const headers: Record<string, string> = { accept: 'application/json', ...this.headers, ...ask.headers }
    if (body !== undefined && !(body instanceof Blob)) headers['content-type'] = 'application/json'
    const payload = body === undefined || body instanceof Blob ? body : JSON.stringify(body)
    const response = await this.#fetch(this.url + path, {
      method,
      headers,
      signal,
      cache: 'no-store',
      ...(payload === undefined ? {} : { body: payload }),
    })
    if (response.ok) return response
    throw new Failure(await errorBody(response))
  }
}

/** What the server says went wrong; where something in between answers instead, what its status means. */
async function errorBody(response: Response): Promise<ErrorBody> {
  const text = await response.text().catch(() => '')
  const error = parsed(text)?.error
  if (typeof error?.code === 'string' && typeof error.message === 'string') {
    return { ...error, code: error.code, message: error.message, retry: error.retry === true }
  }
  const { status } = response
  const code = status === 401 ? 'unauthorized' : status === 404 ? 'not-found' : `http-${status}`
  const retry = status >= 500 || status === 429 || status === 408
  return { code, message: `The server answered with status ${status}.`, retry }
}

function parsed(text: string): { error?: Partial<ErrorBody> } | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a page of some proxy
  }
}
