import * as z from 'zod'

interface ErrorLine {
  /** Of the HTTP answer. */
  readonly status: number
  /** Of the WebSocket's close, where the failure ends the connection. */
  readonly close: number
  /** Whether doing the same again later can help. */
  readonly retry: boolean
  /** What happened and what to do next. */
  readonly text: string
}

/**
 * Every failure a client can see, and what to do about it. `docs/errors.md` lists the same lines; a test keeps the two equal.
 * Codes never change their meaning; new ones may come.
 */
export const ERRORS = {
  // What was asked
  'bad-request': line(400, 4400, false, 'The request could not be read.'),
  'blank-prompt': line(400, 4400, false, 'The message is empty. Write something and send it again.'),
  'prompt-too-long': line(
    400,
    4400,
    false,
    'The message is longer than this server allows. Shorten it, or attach it as a file.',
  ),
  'too-large': line(
    413,
    1009,
    false,
    'The request is too large. Most may have 128 KiB, those with files a few megabytes. Send less at once.',
  ),
  'wrong-content-type': line(415, 4400, false, 'Send JSON, with the header content-type: application/json.'),
  'unknown-type': line(400, 4400, false, 'This server does not know that kind of request.'),
  'unknown-action': line(400, 4400, false, 'This server does not know that action.'),
  'unknown-agent': line(404, 4404, false, 'There is no agent of that name here. GET /v1/agents lists them.'),
  'not-found': line(404, 4404, false, 'There is nothing here under that id or path.'),
  'bad-file': line(400, 4400, false, 'That file cannot be given to the model.'),
  conflict: line(409, 4409, false, 'That request id was already used for something else. Choose a new one.'),
  'run-open': line(409, 4409, true, 'That answer is still being written. Wait for its end, or stop it first.'),
  'approval-needed': line(
    409,
    4409,
    false,
    'The agent asks before it does that. Allow it or not in the web app, and it goes on; or stop it.',
  ),
  'approval-closed': line(
    409,
    4409,
    false,
    'That question is no longer open: it was answered, its time was up, or the run has ended.',
  ),
  'form-closed': line(409, 4409, false, 'That form is no longer open: it was sent, cancelled, or answered in words.'),
  'form-refused': line(
    422,
    4422,
    false,
    'Something in the form is missing or wrong. The form says what; correct it and send it again.',
  ),
  'tool-changed': line(409, 4409, false, 'The tool has changed meanwhile. Look at it once more, then allow it.'),
  'state-changed': line(409, 4409, false, 'The state has changed meanwhile. Read it again, then change it.'),
  'state-too-large': line(413, 4413, false, 'The state is larger than 256 KiB. Keep less in it.'),
  'nothing-to-undo': line(409, 4409, false, 'There is nothing to take back or to bring back.'),
  'record-changed': line(409, 4409, true, 'The record has changed meanwhile. Read it again, then change it.'),
  'record-refused': line(409, 4409, false, 'The record cannot become that from where it stands.'),
  'record-too-large': line(413, 4413, false, 'The record is larger than 64 KiB. Keep less in it.'),
  'records-full': line(409, 4409, false, 'There are 10,000 records of that kind already. Remove some first.'),
  'storage-full': line(
    409,
    4409,
    false,
    'Your files take up all the room that you have here. Delete conversations whose files you no longer need.',
  ),
  'queue-full': line(
    429,
    4429,
    true,
    'Five messages are already waiting in this conversation. Wait for an answer first.',
  ),
  'position-lost': line(410, 4410, false, 'The log no longer holds that position. Read the conversation anew.'),

  // Who asked
  unauthorized: line(401, 4401, false, 'Sign in, or send a valid key.'),
  forbidden: line(403, 4403, false, 'Your role or key does not allow this. Ask an admin of your organisation.'),
  'wrong-credentials': line(401, 4401, false, 'The e-mail address or the password is wrong.'),
  'password-weak': line(422, 4422, false, 'That password will not do.'),
  'link-spent': line(410, 4410, false, 'That link was used or is too old. Ask for a new one.'),
  'not-invited': line(403, 4403, false, 'Nobody has invited you here. Ask an admin of your organisation.'),
  'sign-in-failed': line(401, 4401, true, 'Signing in did not work. Start again.'),
  'last-owner': line(409, 4409, false, 'That is the last owner. Make somebody else one first.'),
  'account-changed': line(409, 4409, true, 'The account has changed meanwhile. Read it again, then change it.'),
  'origin-refused': line(
    403,
    4403,
    false,
    'That web page may not use this server. Its origin must be listed in CORS_ORIGIN.',
  ),

  // What may be said
  'filter-failed': line(
    503,
    4503,
    true,
    'A content filter could not look at this, so it was not let through. Try again in a moment.',
  ),

  // What it may cost
  'budget-spent': line(429, 4429, true, 'A budget is spent. Ask again when it renews, or ask an admin to raise it.'),
  'model-unpriced': line(
    400,
    4400,
    false,
    'A budget in dollars applies, and nobody knows what that model costs. Choose one with a price (GET /v1/models), or none.',
  ),

  // The server
  'too-many': line(429, 4429, true, 'Too many connections or requests at once. Try again shortly.'),
  'too-slow': line(
    503,
    4408,
    true,
    'The reader fell too far behind and was let go. Reconnect to read on from where it was.',
  ),
  draining: line(503, 1001, true, 'The server is shutting down. Reconnect in a moment.'),
  'store-failed': line(503, 4503, true, 'The log could not be written. See whether the disk is full, then try again.'),
  internal: line(500, 1011, true, 'Something went wrong on the server. Its log has the details.'),
  interrupted: line(
    503,
    4503,
    true,
    'The server went away while answering. What was said is kept; retry to answer again.',
  ),

  // Bedrock
  'credentials-missing': line(
    503,
    4503,
    false,
    'No AWS credentials were found. Set AWS_PROFILE, keys or AWS_BEARER_TOKEN_BEDROCK.',
  ),
  'credentials-expired': line(503, 4503, true, 'The AWS credentials are expired or wrong. Sign in to AWS again.'),
  'access-denied': line(
    403,
    4403,
    false,
    'AWS does not allow this call. Run `streambed doctor` for the policy it needs.',
  ),
  'model-not-found': line(
    404,
    4404,
    false,
    'Bedrock does not know that model in this region. Check BEDROCK_MODEL_ID and BEDROCK_REGION.',
  ),
  'model-retired': line(
    410,
    4410,
    false,
    'Bedrock no longer serves that model. Choose a current one with BEDROCK_MODEL_ID.',
  ),
  'model-needs-profile': line(
    400,
    4400,
    false,
    'That model is only served through an inference profile. Put its prefix before the id, such as "us.".',
  ),
  'model-unsupported': line(400, 4400, false, 'That model cannot do what was asked of it.'),
  'model-throttled': line(
    429,
    4429,
    true,
    'Bedrock is limiting requests for this account. Try again in a moment, or raise the quota.',
  ),
  'model-busy': line(503, 4503, true, 'Bedrock is overloaded or the model is not ready. Try again in a moment.'),
  'model-timeout': line(504, 4504, true, 'The model did not answer in time. Try again.'),
  'model-cut-short': line(
    502,
    4502,
    true,
    'The answer broke off before its end. What was said is kept; retry to answer again.',
  ),
  'model-failed': line(502, 4502, true, 'The model failed to answer. Try again, or use another model.'),
  'model-refused-request': line(400, 4400, false, 'Bedrock refused the request as invalid.'),
  'model-unreachable': line(
    503,
    4503,
    true,
    'Bedrock could not be reached. Check the network, BEDROCK_REGION and the endpoint.',
  ),
  'output-invalid': line(
    502,
    4502,
    true,
    'The model did not write a document that fits. Its words are kept; ask it to try again.',
  ),
  'output-missing': line(
    422,
    4422,
    false,
    'The model answered in words alone. Read what it says, then ask again with what it misses.',
  ),
  'context-too-long': line(
    400,
    4400,
    false,
    'The conversation is too long for this model. Start a new one, or use a model with a larger context.',
  ),
} as const satisfies Record<string, ErrorLine>

export type ErrorCode = keyof typeof ERRORS

/** An error as clients see it, the same in HTTP bodies, frames and `run-end`. */
export const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  retry: z.boolean(),
  retryAfterMs: z.number().nonnegative().optional(),
})
export type ErrorBody = Readonly<z.infer<typeof ErrorBody>>

interface ErrorOptions {
  readonly cause?: unknown
  /** When to come back, in milliseconds. */
  readonly retryAfterMs?: number
}

/** A failure with a line in the table. `detail` is one more sentence for people; it must hold no secret. */
export class StreambedError extends Error {
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, detail?: string, { cause, retryAfterMs }: ErrorOptions = {}) {
    super(detail === undefined ? ERRORS[code].text : `${ERRORS[code].text} ${detail}`, { cause })
    this.name = 'StreambedError'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  get retry(): boolean {
    return ERRORS[this.code].retry
  }

  /** What a client is told. */
  get body(): ErrorBody {
    const { code, message, retry, retryAfterMs } = this
    return retryAfterMs === undefined ? { code, message, retry } : { code, message, retry, retryAfterMs }
  }

  /** What a run has ended with, or a client was told, as an error again. */
  static from({ code, message, retryAfterMs }: ErrorBody): StreambedError {
    const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'internal'
    const error = new StreambedError(known, undefined, retryAfterMs === undefined ? {} : { retryAfterMs })
    error.message = message
    return error
  }

  /** Any thrown thing as an error a client may see: what is not ours says nothing of itself. */
  static of(thrown: unknown): StreambedError {
    return thrown instanceof StreambedError ? thrown : new StreambedError('internal', undefined, { cause: thrown })
  }
}

function line(status: number, close: number, retry: boolean, text: string): ErrorLine {
  return { status, close, retry, text }
}
