import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BedrockError } from './errors.ts'
import type { CutHow } from './faults.ts'

/** One request and its answer, the same over HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly transport: 'http/1.1' | 'h2'
  /** Ends when the client has gone or the answer is finished. */
  readonly signal: AbortSignal
  /** Whether the connection closed before the answer was finished by us. */
  readonly closedEarly: boolean
  body(): Promise<Buffer>
  head(status: number, headers: Readonly<Record<string, string>>): void
  readonly hasHead: boolean
  /**
   * Queues bytes; several in one turn of the event loop go out together. Returns a promise when the client reads too
   * slowly, to be awaited before writing more.
   */
  write(bytes: Buffer): Promise<void> | undefined
  /** Everything written is with the operating system. */
  flush(): Promise<void>
  end(): Promise<void>
  /** Breaks the answer off in the way asked for, after what was written. */
  cut(how: CutHow, code?: number): Promise<void>
}

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

/** Bedrock takes up to 25,000,000 bytes. */
const BODY_LIMIT = 25_000_000
const BODY_TIMEOUT_MS = 60_000
const GATHER = 16 * 1024

export function exchange(request: Request, response: Response, socket: Socket): Exchange {
  const [path, query] = splitOnce(request.url ?? '/', '?')
  const gone = new AbortController()
  let ending = false
  let ended = false
  let closed = false
  let pending: Buffer[] = []
  let size = 0
  let scheduled = false
  let draining: Promise<void> | undefined

  response.on('error', () => {}) // 'close' follows, and says all we need
  response.once('finish', () => {
    ended = ending && !(isHttp2(response) && response.stream.aborted) // HTTP/2 says 'finish' whoever ended it
  })
  response.once('close', () => {
    closed = true
    gone.abort()
  })

  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: flatten(request.headers),
    transport: isHttp2(response) ? 'h2' : 'http/1.1',
    signal: gone.signal,
    get closedEarly() {
      return closed && !ended
    },
    body: () => readBody(request),
    head(status, headers) {
      if (isHttp2(response)) response.writeHead(status, headers)
      else response.writeHead(status, headers)
    },
    get hasHead() {
      return response.headersSent
    },
    write,
    flush,
    async end() {
      send()
      await draining
      if (closed) return
      await new Promise<void>((resolve) => {
        response.once('close', resolve)
        ending = true
        response.end(resolve)
      })
    },
    cut,
  }

  function write(bytes: Buffer): Promise<void> | undefined {
    if (closed) return undefined
    pending.push(bytes)
    size += bytes.length
    if (size >= GATHER) send()
    else if (!scheduled) {
      scheduled = true
      process.nextTick(send)
    }
    return draining
  }

  function send(): void {
    scheduled = false
    if (size === 0 || closed) return
    const bytes = pending.length === 1 ? pending[0]! : Buffer.concat(pending, size)
    pending = []
    size = 0
    if (rawWrite(bytes)) return
    draining = new Promise<void>((resolve) => {
      const done = (): void => {
        draining = undefined
        response.off('drain', done).off('close', done)
        resolve()
      }
      response.on('drain', done).on('close', done)
    })
  }

  function rawWrite(bytes: Buffer, callback?: () => void): boolean {
    // the two classes have the same signature, which TypeScript does not see through the union
    return (response as ServerResponse).write(bytes, callback)
  }

  async function flush(): Promise<void> {
    send()
    if (closed) return
    if (response.headersSent) (response as ServerResponse).flushHeaders() // HTTP/2's has it too, its type does not
    await new Promise<void>((resolve) => {
      response.once('close', resolve)
      rawWrite(Buffer.alloc(0), () => {
        response.off('close', resolve)
        resolve()
      })
    })
    await nextTurn() // HTTP/2 hands its frames to the socket at the end of the turn
  }

  async function cut(how: CutHow, code = 2): Promise<void> {
    await flush()
    ended = true // by us
    if (closed) return
    if (how === 'end') response.end()
    else if (how === 'reset' && isHttp2(response)) response.stream.close(code)
    else if (how === 'fin') socket.end(() => socket.destroy())
    else socket.resetAndDestroy()
    await new Promise<void>((resolve) => (closed ? resolve() : response.once('close', resolve)))
  }
}

function splitOnce(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function isHttp2(response: Response): response is Http2ServerResponse {
  return 'stream' in response
}

async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS)
  try {
    // not destroyed when it is too big: there is still an answer to give
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > BODY_LIMIT) throw new BedrockError('RequestEntityTooLargeException', 'Request body too large')
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks, size)
}

function flatten(headers: Request['headers']): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':')) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
