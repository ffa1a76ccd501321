import { defineFilter, type Filter, type Finding } from '../agent/filters/filter.ts'

/** What can be redacted, by its name in the settings. */
export const REDACTABLE = ['secrets', 'cards', 'ibans', 'emails', 'phones', 'ids'] as const
export type Redactable = (typeof REDACTABLE)[number]

/**
 * Takes secrets and personal data out of what is said: keys, tokens and passwords; payment cards (by their check digit); IBANs (by
 * theirs); e-mail addresses; telephone numbers; US and British insurance numbers. Reads each character a fixed number of times. A bracket
 * stands where something was: `[card number]`.
 */
export function redact(kinds: readonly Redactable[] = REDACTABLE, on?: Filter['on']): Filter {
  const rules = RULES.filter(({ of }) => kinds.includes(of))
  return defineFilter({
    name: 'redact',
    on: on ?? ['message', 'tool-result', 'answer'],
    window: WINDOW,
    check: (text) => rules.flatMap((rule) => findings(rule, text)),
    settled,
  })
}

/** The longest private keys that are in use. */
const WINDOW = 8_192

interface Rule {
  readonly of: Redactable
  /** As people read it, and as the log counts it. */
  readonly kind: string
  /** Begins where nothing of its own stands before it, and repeats nothing without a bound: that keeps it linear. */
  readonly pattern: RegExp
  /** Whether what looks like one is one. */
  isOne?(found: string): boolean
}

const KEY_LABEL = 'PRIVATE KEY(?: BLOCK)?-----'
/** Lines of Base64 and of headers, with line ends as they are or as JSON writes them. */
const KEY_LINES = String.raw`(?:(?:\s|\\n){1,4}(?:[A-Za-z-]{1,30}: [^\n]{1,100}|[A-Za-z0-9+/=]{16,4000})){0,200}`
const KEY_END = String.raw`(?:(?:\s|\\n){1,4}[A-Za-z0-9+/=]{1,80}(?=(?:\s|\\n){0,4}-----END))?(?:(?:\s|\\n){0,4}-----END [A-Z ]{0,30}${KEY_LABEL})?`

/** Where two overlap the one that begins first counts, and of these the longer. */
const RULES: readonly Rule[] = [
  {
    of: 'secrets',
    kind: 'private key',
    pattern: new RegExp(`-----BEGIN [A-Z ]{0,30}${KEY_LABEL}${KEY_LINES}${KEY_END}`, 'g'),
  },
  { of: 'secrets', kind: 'AWS key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { of: 'secrets', kind: 'API key', pattern: /(?<![\w+/=-])(?:ABSK|bedrock-api-key-)[\w+/=-]{16,4000}/g },
  {
    of: 'secrets',
    kind: 'API key',
    pattern:
      /(?<![\w-])(?:sk-|sk_live_|sk_test_|rk_live_|pk_live_|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|AIza|npm_|hf_|sb[a-z]_)[\w-]{16,300}/g,
  },
  { of: 'secrets', kind: 'token', pattern: /(?<![\w-])eyJ[\w-]{8,4000}\.[\w-]{8,4000}(?:\.[\w-]{1,1000}){0,3}/g },
  { of: 'secrets', kind: 'token', pattern: /(?<=\b(?:bearer|basic) )[\w+/=.~-]{16,4000}/gi },
  { of: 'secrets', kind: 'password', pattern: /(?<=:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,100}(?=@)/g },
  {
    of: 'secrets',
    kind: 'password',
    pattern:
      /(?<=(?:password|passwd|pwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token)["']?(?: ?[:=] ?| is )["']?)(?=[^\s"']{0,100}(?:\d|[^\w\s"']\w))[^\s"']{5,200}[^\s"'.,;:!?)}]/gi,
  },
  { of: 'emails', kind: 'e-mail address', pattern: /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g },
  {
    of: 'ibans',
    kind: 'IBAN',
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])/g,
    isOne: isIban,
  },
  { of: 'cards', kind: 'card number', pattern: /(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?![\w-])/g, isOne: isCard },
  { of: 'ids', kind: 'insurance number', pattern: /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g },
  {
    of: 'ids',
    kind: 'insurance number',
    pattern: /(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z]{2} ?(?:\d{2} ?){3}[A-D](?![A-Za-z0-9])/g,
  },
  { of: 'phones', kind: 'phone number', pattern: /(?<![\w+])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,14}(?![\w-])/g },
  { of: 'phones', kind: 'phone number', pattern: /(?<![\w(+-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])/g },
]

function findings({ kind, pattern, isOne }: Rule, text: string): Finding[] {
  return Array.from(text.matchAll(pattern)).flatMap(({ 0: found, index }) => {
    const one = isOne ? longest(found, isOne) : found
    return one === undefined ? [] : [{ from: index, to: index + one.length, kind, replacement: `[${kind}]` }]
  })
}

/** What looks like one may have swallowed the next word: the longest of its beginnings that is one counts. */
function longest(found: string, isOne: (found: string) => boolean): string | undefined {
  for (let end = found.length; end > 0; end = found.slice(0, end).search(/[ -][^ -]*$/)) {
    if (isOne(found.slice(0, end))) return found.slice(0, end)
  }
  return undefined
}

/** ISO/IEC 7812: the last digit checks the others. */
function isCard(found: string): boolean {
  const digits = found.replace(/\D/g, '')
  if (digits.length < 13 || new Set(digits).size === 1) return false
  let sum = 0
  for (const [i, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** ISO 13616: as a number, read from its fifth character round, it leaves 1 when divided by 97. */
function isIban(found: string): boolean {
  const plain = found.replace(/[ -]/g, '')
  if (plain.length < 15) return false
  let rest = 0
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/**
 * Words are settled when the next one has begun, unless they could be a part of something that has blanks in it: a private key, numbers
 * in groups, or a label with the secret behind it.
 */
function settled(text: string): number {
  const key = text.lastIndexOf('-----BEGIN')
  if (key >= 0 && OPEN_KEY.test(text.slice(key))) return key
  let word = text.length
  while (word > 0 && !/\s/.test(text[word - 1]!)) word--
  const before = text.slice(Math.max(0, word - LONGEST_GROUPED), word)
  const label = LABEL.exec(before)
  return word - Math.max(groupsAtEnd(before), label ? before.length - label.index : 0)
}

/** Has begun, may be private, and has not ended. */
const OPEN_KEY = /^-----BEGIN(?![A-Z ]*-----(?<!PRIVATE KEY-----)(?<!BLOCK-----))(?![\s\S]*-----END [A-Z ]*-----)/

/** How much of a text's end are groups of digits, or of a few capitals. */
function groupsAtEnd(text: string): number {
  let length = 0
  for (const group of text.split(/(?<=\s)(?=\S)/).reverse()) {
    if (!/[\d(+]/.test(group) && !/^[A-Z]{1,4}\s/.test(group)) break
    length += group.length
  }
  return length
}

/** The longest of what has blanks in it is an IBAN in groups. */
const LONGEST_GROUPED = 64
const LABEL =
  /\b(?:(?:bearer|basic)\s+|(?:password|passwd|pwd|passphrase|secret|key|token)["']?\s*(?:[:=]|is)?["']?\s*)$/i
