import { type ErrorCode, StreambedError } from '@streambed/protocol'
import type { FrameHead } from './frames.ts'

/** What went wrong, and whether this side should try again while nothing has been shown. */
export interface Failure {
  readonly error: StreambedError
  /** `throttle` waits longer than `backoff`. */
  readonly retry: 'never' | 'backoff' | 'throttle'
  /** Streaming is what was refused, so that asking without it may work. */
  readonly streamingDenied: boolean
}

export interface FailureContext {
  /** As the request named it. */
  readonly model: string
  /** The IAM action of the call. */
  readonly action?:
    | 'bedrock:InvokeModelWithResponseStream'
    | 'bedrock:InvokeModel'
    | 'bedrock:CountTokens'
    | 'bedrock:ListFoundationModels'
    | 'bedrock:ApplyGuardrail'
}

/**
 * Sorts anything thrown by the SDK, the network or Bedrock into a line of the error table, by name first, then by
 * words, then by HTTP status. The sentence added says which setting or permission to change; what AWS wrote is quoted
 * only where it explains a refused request, and never with an account, an ARN or a key in it.
 */
export function failureOf(thrown: unknown, context: FailureContext): Failure {
  if (thrown instanceof StreambedError) {
    return { error: thrown, retry: retryOf(thrown.code), streamingDenied: false }
  }
  const { name, code, message, status } = reading(thrown)
  const row =
    TABLE.find(
      (row) =>
        (row.names?.includes(name) || row.names?.includes(code) || row.status?.includes(status)) &&
        (!row.words || row.words.test(message)),
    ) ?? UNKNOWN
  const detail = typeof row.detail === 'function' ? row.detail(message, context) : row.detail
  const error = new StreambedError(row.code, detail, { cause: thrown, ...retryAfter(thrown) })
  return {
    error,
    retry: row.retry ?? retryOf(row.code),
    streamingDenied: row.streamingDenied ?? false,
  }
}

/** An exception or error frame, as an error with its name, so that `failureOf` knows it like one that came by HTTP. */
export function errorOfFrame(head: FrameHead, payload: string, model: string): StreambedError {
  const name = head.name.charAt(0).toUpperCase() + head.name.slice(1)
  const cause = Object.assign(new Error(messageIn(payload) || head.message), { name })
  return failureOf(cause, { model }).error
}

/** Takes accounts, ARNs and keys out of somebody else's sentence and shortens it. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/arn:[\w-]*:[^\s"',;)]*/gi, '(an ARN)')
    .replace(/\b(?:AKIA|ASIA|ABSK|AIDA|AROA|bedrock-api-key-)[\w+/=-]{8,}/g, '(a key)')
    .replace(/\b\d{12}\b/g, '(an account)')
    .replace(/(?:bearer|signature|credential|token)[=: ]+\S{16,}/gi, '(a secret)')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}

interface Row {
  readonly names?: readonly string[]
  readonly status?: readonly number[]
  /** Where one name means several things, the words tell. */
  readonly words?: RegExp
  readonly code: ErrorCode
  readonly detail?: string | ((message: string, context: FailureContext) => string | undefined)
  /** Default: what `retryOf` says of the code. */
  readonly retry?: Failure['retry']
  readonly streamingDenied?: boolean
}

const VALIDATION = ['ValidationException', 'SerializationException', 'BadRequestException']
const NOT_FOUND = ['ResourceNotFoundException', 'NotFoundException']
const THROTTLED = [
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
]

/** The first row that fits wins: words before bare names, names before statuses. */
const TABLE: readonly Row[] = [
  // Who is asking
  {
    names: ['CredentialsProviderError', 'TokenProviderError', 'CredentialsError', 'Error', 'TypeError'],
    words: anyOf(
      /could not load credentials/,
      /credential is missing/,
      /resolved credential/,
      /no valid credential/,
      /not resolve.*(credential|token)/,
      /token is not defined/,
    ),
    code: 'credentials-missing',
    retry: 'never',
  },
  {
    names: ['CredentialsProviderError', 'TokenProviderError', 'SSOTokenProviderError'],
    words: /expired|refresh|sso|session/i,
    code: 'credentials-expired',
    detail: 'The sign-in of this AWS profile has run out: `aws sso login` renews it.',
    retry: 'never',
  },
  { names: ['CredentialsProviderError', 'TokenProviderError'], code: 'credentials-missing', retry: 'never' },
  {
    names: ['ExpiredTokenException', 'ExpiredToken', 'RequestExpired'],
    code: 'credentials-expired',
    detail: 'The session token has run out: renew AWS_SESSION_TOKEN and its keys, or sign in again.',
    retry: 'never', // the SDK renews what it can before it runs out
  },
  {
    names: ['InvalidSignatureException', 'SignatureDoesNotMatch', 'IncompleteSignatureException'],
    words: /expired|not yet current|skew|clock/i,
    code: 'credentials-expired',
    detail: "This machine's clock is wrong; set it.",
    retry: 'backoff', // the SDK learns the difference from the answer
  },
  {
    names: [
      'UnrecognizedClientException',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'IncompleteSignatureException',
      'InvalidClientTokenId',
      'InvalidAccessKeyId',
      'MissingAuthenticationTokenException',
      'MissingAuthenticationToken',
      'NotAuthorizedException',
    ],
    code: 'credentials-expired',
    detail: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or AWS_BEARER_TOKEN_BEDROCK.',
    retry: 'never',
  },
  {
    names: ['AccessDeniedException', 'AccessDenied', 'ForbiddenException'],
    words: /api key|bearer|authentication failed|security token.*(invalid|expired)/i,
    code: 'credentials-expired',
    detail: 'Check AWS_BEARER_TOKEN_BEDROCK; a short-term key lives at most 12 hours.',
    retry: 'never',
  },
  { status: [401], code: 'credentials-expired', retry: 'never' },

  // What they may use
  {
    names: ['AccessDeniedException', 'AccessDenied'],
    words: /InvokeModelWithResponseStream|streaming/i,
    code: 'access-denied',
    detail: (_, context) => allow('bedrock:InvokeModelWithResponseStream', context),
    streamingDenied: true,
  },
  {
    names: ['AccessDeniedException', 'AccessDenied'],
    words: /guardrail/i,
    code: 'access-denied',
    detail: 'Allow bedrock:ApplyGuardrail on the ARN of the guardrail.',
  },
  {
    names: ['AccessDeniedException', 'AccessDenied'],
    words: /access to the model|model access|marketplace|use case|subscription|agreement/i,
    code: 'access-denied',
    detail: (_, { model }) =>
      `This account has no access to ${named(model)} yet: accept its terms in Bedrock's model catalog.`,
  },
  {
    names: ['AccessDeniedException', 'AccessDenied', 'ForbiddenException'],
    status: [403],
    code: 'access-denied',
    detail: (_, context) => allow(context.action ?? 'bedrock:InvokeModelWithResponseStream', context),
  },

  // What was asked
  {
    names: [...VALIDATION, 'ModelErrorException', 'ModelStreamErrorException', 'RequestEntityTooLargeException'],
    words: anyOf(
      /input is too long/,
      /(prompt|input|request|conversation).{0,20} (is )?too (long|large)/,
      /exceeds? the (maximum|model|context)/,
      /maximum.{0,30}(context|input|prompt).{0,20}(length|tokens|window)/,
      /too many (input )?tokens/,
      /context (length|window).{0,20}exceed/,
      /input length and `?max_tokens`? exceed/,
    ),
    code: 'context-too-long',
  },
  { names: ['RequestEntityTooLargeException'], status: [413], code: 'context-too-long' },
  {
    names: VALIDATION,
    words: /on-demand throughput isn.{0,3}t supported|with an inference profile/i,
    code: 'model-needs-profile',
    detail: (_, { model }) => `It was asked for as ${named(model)}.`,
  },
  {
    names: [...VALIDATION, ...NOT_FOUND],
    words: /end of (its|the) life|end-of-life|no longer (available|supported|active)|legacy|deprecated|retired/i,
    code: 'model-retired',
    detail: (_, { model }) => `It was asked for as ${named(model)}.`,
  },
  {
    names: [...VALIDATION, 'UnknownOperationException'],
    words: anyOf(
      /(doesn.{0,3}t|does not|not|isn.{0,3}t) support(ed)?.{0,60}stream/,
      /stream.{0,60}(isn.{0,3}t|not) support/,
    ),
    code: 'model-unsupported',
    detail: 'It does not stream what was asked of it.',
    streamingDenied: true,
  },
  {
    names: VALIDATION,
    words: /model identifier is invalid|invalid model|model id.{0,20}(invalid|not)|provided model/i,
    code: 'model-not-found',
    detail: (_, { model }) => `It was asked for as ${named(model)}.`,
  },
  {
    names: VALIDATION,
    words: /(doesn.{0,3}t|does not|isn.{0,3}t|not) support/i,
    code: 'model-unsupported',
    detail: (message) => quoted(message),
  },
  {
    names: NOT_FOUND,
    status: [404],
    code: 'model-not-found',
    detail: (_, { model }) => `It was asked for as ${named(model)}.`,
  },

  // How busy it is
  {
    names: [...THROTTLED, 'ServiceQuotaExceededException'],
    words: /per day|daily|quota/i,
    code: 'model-throttled',
    detail: 'A quota of this account is used up: see Service Quotas for Amazon Bedrock.',
    retry: 'never',
  },
  { names: ['ServiceQuotaExceededException'], code: 'model-throttled', retry: 'never' },
  { names: ['ModelNotReadyException'], code: 'model-busy' },
  { names: THROTTLED, status: [429], code: 'model-throttled' },
  { names: ['ServiceUnavailableException', 'ServiceUnavailable'], status: [502, 503], code: 'model-busy' },
  {
    names: ['ModelTimeoutException', 'RequestTimeout', 'RequestTimeoutException'],
    status: [408, 504],
    code: 'model-timeout',
  },
  {
    names: ['ModelErrorException', 'ModelStreamErrorException', 'InternalServerException', 'InternalFailure'],
    status: [424, 500],
    code: 'model-failed',
  },
  {
    names: [...VALIDATION, 'ConflictException'],
    status: [400, 409, 422],
    code: 'model-refused-request',
    detail: (message) => quoted(message),
  },

  // The way to it
  {
    names: ['Error', 'TypeError', 'EndpointError'],
    words: /region is missing|no region|invalid host|not a valid hostname/i,
    code: 'model-unreachable',
    detail: 'No region is set: set BEDROCK_REGION or AWS_REGION.',
    retry: 'never',
  },
  {
    names: ['ENOTFOUND', 'ERR_INVALID_URL', 'EndpointError'],
    code: 'model-unreachable',
    detail: 'Its host name is unknown: check BEDROCK_REGION and the endpoint.',
    retry: 'never',
  },
  {
    names: [
      'ECONNREFUSED',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EAI_AGAIN',
      'ETIMEDOUT',
      'TimeoutError',
      'ERR_SOCKET_CONNECTION_TIMEOUT',
    ],
    code: 'model-unreachable',
  },
  { names: ['ECONNRESET', 'EPIPE', 'ECONNABORTED'], code: 'model-unreachable', detail: 'The connection broke.' },
  {
    names: [
      'CERT_HAS_EXPIRED',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    code: 'model-unreachable',
    detail: 'Its certificate is not trusted here: a proxy may stand between; NODE_EXTRA_CA_CERTS names its authority.',
    retry: 'never',
  },
  {
    names: ['SyntaxError'],
    code: 'model-unreachable',
    detail: 'What answered there is not Bedrock: a proxy, a sign-in page, another server. Check the endpoint.',
    retry: 'never',
  },
]

const UNKNOWN: Row = { code: 'model-failed', detail: (message) => quoted(message) }

/** What helps if it is simply done again. */
function retryOf(code: ErrorCode): Failure['retry'] {
  switch (code) {
    case 'model-throttled':
      return 'throttle'
    case 'model-busy':
    case 'model-failed':
    case 'model-timeout':
    case 'model-cut-short':
    case 'model-unreachable':
      return 'backoff'
    default:
      return 'never'
  }
}

/** Reads what an unknown thing says of itself, without trusting it to be an Error. */
function reading(thrown: unknown): { name: string; code: string; message: string; status: number } {
  if (typeof thrown !== 'object' || thrown === null) return { name: '', code: '', message: String(thrown), status: 0 }
  const { name, code, message, $metadata, $response, errors } = thrown as SdkError
  // Several addresses were tried at once: the first failure speaks for all.
  const inner = message === '' && Array.isArray(errors) ? reading(errors[0]) : undefined
  return {
    name: typeof name === 'string' ? name : '',
    code: typeof code === 'string' ? code : (inner?.code ?? ''),
    message: typeof message === 'string' && message !== '' ? message : (inner?.message ?? ''),
    status: $metadata?.httpStatusCode ?? $response?.statusCode ?? 0,
  }
}

interface SdkError {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly errors?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> }
}

/** `Retry-After` in seconds or as a date, or AWS's own header in milliseconds. */
function retryAfter(thrown: unknown): { retryAfterMs?: number } {
  const headers = (thrown as SdkError | undefined)?.$response?.headers
  const own = Number(headers?.['x-amz-retry-after'])
  if (own > 0) return { retryAfterMs: own }
  const after = headers?.['retry-after']
  if (after === undefined) return {}
  const ms = /^\d+(\.\d+)?$/.test(after.trim()) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  return ms > 0 ? { retryAfterMs: Math.ceil(ms) } : {}
}

function messageIn(payload: string): string {
  try {
    const { message, Message } = JSON.parse(payload) ?? {}
    const words = message ?? Message
    return typeof words === 'string' ? words : ''
  } catch {
    return '' // an exception without readable words is still that exception
  }
}

/** Any of these, in whatever case. */
function anyOf(...words: readonly RegExp[]): RegExp {
  return new RegExp(words.map(({ source }) => source).join('|'), 'i')
}

function allow(action: string, { model }: FailureContext): string {
  return `Allow ${action} on the ARNs of ${named(model)}.`
}

/** The model as the request named it; only an ARN says more than that, namely whose it is. */
function named(model: string): string {
  return `"${model.replace(/:\d{12}:/, ':*:').slice(0, 200)}"`
}

function quoted(message: string): string | undefined {
  const text = withoutSecrets(message)
  return text === '' ? undefined : `Bedrock says: ${text}`
}
