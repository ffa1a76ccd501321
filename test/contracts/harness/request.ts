import type { Frame } from './raw-socket.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Frame
  readonly text: string
}

/** One HTTP request with a JSON body, and the answer read to its end. */
export async function request(method: string, url: string, body?: unknown, headers = {}): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : {}, text }
}
