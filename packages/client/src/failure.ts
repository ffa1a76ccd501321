import type { ErrorBody } from '@streambed/protocol'

/** What the client's promises reject with. `body` is the server's own error, or one of the client's, listed below. */
export class Failure extends Error {
  readonly body: ErrorBody

  constructor(body: ErrorBody, options?: ErrorOptions) {
    super(body.message, options)
    this.name = 'Failure'
    this.body = body
  }

  get code(): string {
    return this.body.code
  }

  /** Whether doing the same again later can help. */
  get retry(): boolean {
    return this.body.retry
  }
}

/** The failures that have no server to tell of them. */
const OWN = {
  unreachable: { retry: true, message: 'The server could not be reached.' },
  'no-answer': { retry: true, message: 'The server did not answer in time.' },
  'bad-answer': { retry: true, message: 'The answer did not come from a Streambed server. Check the address.' },
  'outbox-full': {
    retry: true,
    message: 'Too many messages are waiting to be sent. Wait until the connection is back, or discard some.',
  },
  'too-large': { retry: false, message: 'The message is too large. Shorten it, or attach it as a file.' },
  'not-begun': {
    retry: false,
    message: 'The conversation begins with its first message; there is nothing to change yet.',
  },
  closed: { retry: false, message: 'The client was closed.' },
} as const

export function failure(code: keyof typeof OWN, cause?: unknown): Failure {
  return new Failure({ code, ...OWN[code] }, { cause })
}

/** Whatever was thrown, as a failure. */
export function failureOf(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : failure('unreachable', thrown)
}

/** For promises that nobody has to wait for: a caller that does not look must not crash for it. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {}) // whoever awaits it still gets the failure
  return promise
}
