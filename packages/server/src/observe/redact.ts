/** A text without what looks like a secret or like a way to reach somebody. */
export function redacted(text: string): string {
  return SECRETS.reduce((left, secret) => left.replace(secret, '(redacted)'), text)
}

const SECRETS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|ABIA)[A-Z0-9]{12,}/g, // AWS access keys
  /\b(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=_-]{16,}/g, // Bedrock API keys
  /\bsb[a-z]_[0-9a-f]{32}_[\w-]+/g, // our own
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, // JSON web tokens
  /\b(?:bearer|basic)\s+[\w+/=.~-]{8,}/gi,
  /\/\/[^/@\s:]{1,200}:[^/@\s]{1,200}@/g, // passwords in URLs
  /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, // e-mail addresses
]
