import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What somebody holds to be let in. Only its hash is kept, so that it is shown once. */
export interface Secret {
  /** Names it; no secret. */
  readonly id: string
  /** What its holder keeps: `sbk_` (for a key), the id, 256 random bits. */
  readonly token: string
  readonly hash: string
}

/** Says what a token is for, so that one for something else is not even looked up, and scanners find leaked ones. */
export type SecretPrefix = 'sbs' | 'sbk' | 'sbi' | 'sbr' | 'sbt' | 'sbj' | 'sbv'

export function newSecret(prefix: SecretPrefix): Secret {
  const id = randomBytes(16).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { id, token: `${prefix}_${id}_${secret}`, hash: hashOf(secret) }
}

/** A token's id and hash; undefined for what cannot be one. */
export function readSecret(prefix: SecretPrefix, token: string): Omit<Secret, 'token'> | undefined {
  const [, kind, id, secret] = token.match(/^(sb[a-z])_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/) ?? []
  return kind === prefix ? { id: id!, hash: hashOf(secret!) } : undefined // all three are there or none
}

/** Compares in the same time wherever they differ. */
export function isSame(hash: string, kept: string): boolean {
  const [a, b] = [Buffer.from(hash), Buffer.from(kept)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
