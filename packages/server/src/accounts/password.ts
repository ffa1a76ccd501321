import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { StreambedError } from '@streambed/protocol'
import { gate } from './gate.ts'

/** Turns passwords into what is kept of them. */
export interface Passwords {
  /** @throws StreambedError `password-weak` with what would be right. */
  hash(password: string, about: { readonly email: string }): Promise<string>
  /** Takes the same time for a person without password, and for nobody. */
  fits(password: string, kept: string | null): Promise<boolean>
}

/** Of scrypt, as a power of two: 17 takes 128 MiB and some 0.3 s, what OWASP asks for. */
export const PASSWORD_COST = 17
const BLOCK_SIZE = 8
const KEY_BYTES = 32
const MIN_CHARACTERS = 10
const MAX_CHARACTERS = 200
/** Each hash takes its memory: more at once would be an easy way to take all of it. */
const AT_ONCE = 2
const WAITING = 50

export function passwords({ cost = PASSWORD_COST }: { readonly cost?: number } = {}): Passwords {
  const inTurn = gate(AT_ONCE, WAITING)
  const nobodys = derived(randomBytes(16).toString('hex'), randomBytes(16), cost)
  nobodys.catch(() => {}) // whoever asks for it first is told

  return {
    async hash(password, { email }) {
      const text = normal(password)
      checkStrength(text, email)
      const salt = randomBytes(16)
      const key = await inTurn(() => derived(text, salt, cost))
      return ['scrypt', cost, salt.toString('base64url'), key.toString('base64url')].join('$')
    },

    async fits(password, kept) {
      const [scheme, power, salt, key] = kept?.split('$') ?? []
      const isKnown = scheme === 'scrypt' && key !== undefined
      const expected = isKnown ? Buffer.from(key, 'base64url') : await nobodys
      const used = isKnown ? Buffer.from(salt!, 'base64url') : Buffer.alloc(16)
      const text = normal(password.slice(0, MAX_CHARACTERS * 4))
      const actual = await inTurn(() => derived(text, used, isKnown ? Number(power) : cost))
      return timingSafeEqual(actual, expected) && isKnown
    },
  }
}

/** The same password typed on another keyboard may come as other code points. */
function normal(password: string): string {
  return password.normalize('NFKC')
}

function checkStrength(password: string, email: string): void {
  const count = [...password].length
  if (count < MIN_CHARACTERS) throw new StreambedError('password-weak', `Use at least ${MIN_CHARACTERS} characters.`)
  if (count > MAX_CHARACTERS) throw new StreambedError('password-weak', `Use at most ${MAX_CHARACTERS} characters.`)
  const plain = password.toLowerCase()
  const guesses = [email, email.split('@')[0]!, ...COMMON]
  const rest = guesses.reduce((left, guess) => left.replaceAll(guess.toLowerCase(), ''), plain)
  if ([...rest].length < MIN_CHARACTERS / 2 || new Set(plain).size < 5)
    throw new StreambedError('password-weak', 'That one is easily guessed. A few unrelated words are better.')
}

/** What guesses begin with. A password must have something besides. */
const COMMON = [
  'streambed',
  'password',
  'passwort',
  'welcome',
  'letmein',
  'changeme',
  'iloveyou',
  'administrator',
  'admin',
  'qwertyuiop',
  'qwertzuiop',
  'qwerty',
  'asdfghjkl',
  'zxcvbnm',
  'abcdefgh',
  '1234567890',
  '0123456789',
  '123456789',
  '12345678',
  '123456',
  '987654321',
  '111111',
  '000000',
]

function derived(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  const N = 2 ** cost
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  scrypt(password, salt, KEY_BYTES, { N, r: BLOCK_SIZE, p: 1, maxmem: 256 * N * BLOCK_SIZE }, (error, key) =>
    error ? reject(error) : resolve(key),
  )
  return promise
}
