import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, StreambedError } from '@streambed/protocol'
import { failureOf, withoutSecrets } from './errors.ts'

const model = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'

interface Thrown {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

function thrown({ name = 'Error', code, message = '', status, headers }: Thrown): Error {
  return Object.assign(new Error(message), {
    name,
    ...(code !== undefined && { code }),
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
    ...(headers && { $response: { statusCode: status, headers } }),
  })
}

const arn = `arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0`
const user = 'User: arn:aws:sts::123456789012:assumed-role/Admin/me'

const cases: readonly (readonly [Thrown, ErrorCode, retry: 'never' | 'backoff' | 'throttle'])[] = [
  // Bedrock's own
  [
    { name: 'ThrottlingException', status: 429, message: 'Too many requests, please wait.' },
    'model-throttled',
    'throttle',
  ],
  [
    { name: 'ThrottlingException', status: 429, message: 'Too many tokens per day, please wait.' },
    'model-throttled',
    'never',
  ],
  [{ name: 'ServiceQuotaExceededException', status: 400 }, 'model-throttled', 'never'],
  [{ name: 'ModelNotReadyException', status: 429 }, 'model-busy', 'backoff'],
  [{ name: 'ServiceUnavailableException', status: 503 }, 'model-busy', 'backoff'],
  [{ name: 'InternalServerException', status: 500 }, 'model-failed', 'backoff'],
  [{ name: 'ModelErrorException', status: 424 }, 'model-failed', 'backoff'],
  [{ name: 'ModelStreamErrorException', status: 424 }, 'model-failed', 'backoff'],
  [{ name: 'ModelTimeoutException', status: 408 }, 'model-timeout', 'backoff'],
  [
    { name: 'ValidationException', status: 400, message: 'A conversation must start with a user message.' },
    'model-refused-request',
    'never',
  ],
  [
    { name: 'ValidationException', status: 400, message: 'Input is too long for requested model.' },
    'context-too-long',
    'never',
  ],
  [
    { name: 'ValidationException', status: 400, message: 'prompt is too long: 208310 tokens > 200000 maximum' },
    'context-too-long',
    'never',
  ],
  [
    { name: 'ValidationException', status: 400, message: 'The number of tokens exceeds the maximum allowed' },
    'context-too-long',
    'never',
  ],
  [{ name: 'ModelErrorException', status: 424, message: 'Input is too long' }, 'context-too-long', 'never'],
  [
    {
      name: 'ValidationException',
      status: 400,
      message: `Invocation of model ID x with on-demand throughput isn’t supported. Retry with an inference profile`,
    },
    'model-needs-profile',
    'never',
  ],
  [
    { name: 'ResourceNotFoundException', status: 404, message: 'This model version has reached the end of its life.' },
    'model-retired',
    'never',
  ],
  [
    {
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'Access denied. This Model is marked by provider as Legacy',
    },
    'model-retired',
    'never',
  ],
  [
    { name: 'ResourceNotFoundException', status: 404, message: 'Could not resolve the foundation model' },
    'model-not-found',
    'never',
  ],
  [
    { name: 'ValidationException', status: 400, message: 'The provided model identifier is invalid.' },
    'model-not-found',
    'never',
  ],
  [
    { name: 'ValidationException', status: 400, message: "This model doesn't support tool use." },
    'model-unsupported',
    'never',
  ],
  [
    {
      name: 'AccessDeniedException',
      status: 403,
      message: "You don't have access to the model with the specified model ID.",
    },
    'access-denied',
    'never',
  ],
  [
    {
      name: 'AccessDeniedException',
      status: 403,
      message: `${user} is not authorized to perform: bedrock:InvokeModel on resource: ${arn}`,
    },
    'access-denied',
    'never',
  ],
  [
    {
      name: 'AccessDeniedException',
      status: 403,
      message: 'Authentication failed: Please make sure your API Key is valid.',
    },
    'credentials-expired',
    'never',
  ],
  // Who is asking
  [
    { name: 'ExpiredTokenException', status: 403, message: 'The security token included in the request is expired' },
    'credentials-expired',
    'never',
  ],
  [{ name: 'ExpiredToken', status: 400 }, 'credentials-expired', 'never'],
  [{ name: 'UnrecognizedClientException', status: 403 }, 'credentials-expired', 'never'],
  [
    { name: 'InvalidSignatureException', status: 403, message: 'The request signature we calculated does not match' },
    'credentials-expired',
    'never',
  ],
  [
    { name: 'InvalidSignatureException', status: 403, message: 'Signature expired: 20261120T is now earlier than' },
    'credentials-expired',
    'backoff',
  ],
  [
    { name: 'CredentialsProviderError', message: 'Could not load credentials from any providers' },
    'credentials-missing',
    'never',
  ],
  [{ name: 'Error', message: 'Resolved credential object is not valid' }, 'credentials-missing', 'never'],
  [
    { name: 'CredentialsProviderError', message: 'The SSO session associated with this profile has expired.' },
    'credentials-expired',
    'never',
  ],
  [{ name: 'UnknownError', status: 401 }, 'credentials-expired', 'never'],
  // The way to it
  [{ name: 'Error', message: 'Region is missing' }, 'model-unreachable', 'never'],
  [{ name: 'Error', code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND bedrock' }, 'model-unreachable', 'never'],
  [{ name: 'Error', code: 'EAI_AGAIN' }, 'model-unreachable', 'backoff'],
  [{ name: 'Error', code: 'ECONNREFUSED' }, 'model-unreachable', 'backoff'],
  [{ name: 'Error', code: 'ECONNRESET', message: 'socket hang up' }, 'model-unreachable', 'backoff'],
  [
    { name: 'TimeoutError', message: 'Socket timed out without establishing a connection' },
    'model-unreachable',
    'backoff',
  ],
  [{ name: 'Error', code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'model-unreachable', 'never'],
  // Bodies that are not Bedrock's: the status speaks
  [{ name: 'SyntaxError', status: 503, message: 'Unexpected token <' }, 'model-busy', 'backoff'],
  [{ name: 'SyntaxError', status: 502 }, 'model-busy', 'backoff'],
  [{ name: 'SyntaxError', status: 500 }, 'model-failed', 'backoff'],
  [{ name: 'SyntaxError', status: 504 }, 'model-timeout', 'backoff'],
  [{ name: 'SyntaxError', status: 429 }, 'model-throttled', 'throttle'],
  [{ name: 'SyntaxError', status: 403 }, 'access-denied', 'never'],
  [{ name: 'SyntaxError', status: 413 }, 'context-too-long', 'never'],
  [{ name: 'SyntaxError', status: 200 }, 'model-unreachable', 'never'],
  [{ name: 'NeverHeardOfIt', status: 418 }, 'model-failed', 'backoff'],
]

test('every failure of Bedrock, the SDK and the network has its code and its chance of a retry', () => {
  for (const [what, code, retry] of cases) {
    const failure = failureOf(thrown(what), { model })
    assert.deepEqual([failure.error.code, failure.retry], [code, retry], JSON.stringify(what))
  }
})

test('a denial of streaming is told apart, and names the permission', () => {
  const denied = failureOf(
    thrown({
      name: 'AccessDeniedException',
      status: 403,
      message: `${user} is not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: ${arn}`,
    }),
    { model },
  )
  assert.equal(denied.streamingDenied, true)
  assert.match(denied.error.message, /Allow bedrock:InvokeModelWithResponseStream on the ARNs of "us\.anthropic/)
  for (const message of [
    'The model does not support streaming.',
    "This model doesn't support tool use in streaming mode.",
  ]) {
    assert.equal(
      failureOf(thrown({ name: 'ValidationException', status: 400, message }), { model }).streamingDenied,
      true,
    )
  }
  const access = thrown({ name: 'AccessDeniedException', message: "You don't have access to the model" })
  assert.equal(failureOf(access, { model }).streamingDenied, false)
})

test('no account, foreign ARN or key is in what a client is told', () => {
  const secrets = `${user} with AKIAIOSFODNN7EXAMPLE and Bearer ABSKQmVkcm9ja0FQSUtleS1hYmNkZWZnaGlqa2w= in 123456789012 may not`
  for (const name of ['ValidationException', 'AccessDeniedException', 'Whatever', 'CredentialsProviderError']) {
    const { message } = failureOf(thrown({ name, message: secrets }), {
      model: `arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/x`,
    }).error
    assert.doesNotMatch(message, /\d{12}|AKIA|ABSK|assumed-role/, name)
  }
  assert.equal(withoutSecrets('why  not\n'), 'why not')
  assert.ok(withoutSecrets('long '.repeat(1_000)).length <= 300)
})

test('Retry-After is heeded in seconds, as a date and in AWS’s own milliseconds', () => {
  const after = (headers: Record<string, string>) =>
    failureOf(thrown({ name: 'ThrottlingException', status: 429, headers }), { model }).error.retryAfterMs
  assert.equal(after({ 'retry-after': '2' }), 2_000)
  assert.equal(after({ 'x-amz-retry-after': '150', 'retry-after': '2' }), 150)
  assert.equal(after({ 'retry-after': 'soon' }), undefined)
  const inTenSeconds = after({ 'retry-after': new Date(Date.now() + 10_000).toUTCString() })!
  assert.ok(inTenSeconds > 8_000 && inTenSeconds <= 10_000)
})

test('anything that was thrown has an answer', () => {
  for (const odd of [
    undefined,
    null,
    'text',
    42,
    {},
    Object.create(null),
    new AggregateError([thrown({ code: 'ECONNREFUSED' })], ''),
  ]) {
    assert.ok(failureOf(odd, { model }).error instanceof StreambedError)
  }
  const own = new StreambedError('model-busy')
  assert.equal(failureOf(own, { model }).error, own)
})
