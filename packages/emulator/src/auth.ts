import { BedrockError } from './errors.ts'

/**
 * Looks at the form of the credentials, not at the secret: any key will do, none will not. Throws the error Bedrock
 * answers with. Nothing of the header goes into a message.
 */
export function checkAuthorization(headers: Readonly<Record<string, string>>): void {
  const authorization = headers['authorization']
  if (authorization === undefined)
    throw new BedrockError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  if (/^Bearer\s/i.test(authorization)) {
    if (!/^Bearer\s+\S+$/i.test(authorization)) throw new BedrockError('AccessDeniedException', BAD_KEY)
    return
  }
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    throw new BedrockError('UnrecognizedClientException', 'The security token included in the request is invalid.')
  }
  for (const [part, form] of SIGNATURE_PARTS) {
    if (!form.test(authorization)) {
      throw new BedrockError('IncompleteSignatureException', `Authorization header requires '${part}' parameter.`)
    }
  }
  if (headers['x-amz-date'] === undefined && headers['date'] === undefined) {
    throw new BedrockError(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
}

const BAD_KEY = 'Authentication failed: Please make sure your API Key is valid.'

const SIGNATURE_PARTS: readonly (readonly [string, RegExp])[] = [
  ['Credential', /\bCredential=[^/,\s]+\/\d{8}\/[\w-]+\/[\w-]+\/aws4_request\b/],
  ['SignedHeaders', /\bSignedHeaders=[^,\s]*\bhost\b|\bSignedHeaders=[^,\s]*:authority\b/],
  ['Signature', /\bSignature=[0-9a-f]{64}\b/],
]
