import { language } from './language.ts'

/** What failures say in another language than the server's. */
export interface ProblemWords {
  /** By code: what the server or the client says, and what that is in this language. */
  readonly sentences: Readonly<Record<string, readonly [english: string, own: string]>>
  /** What may follow these. */
  readonly details: readonly (readonly [english: RegExp, own: string])[]
}

interface Problem {
  readonly code?: string
  /** In English, as the server or the client says it. */
  readonly message: string
}

/** What went wrong, in the language of the page; as the server says it, where this page does not know the words for it. */
export function inWords(problem: Problem): string {
  return words === null ? problem.message : translated(problem, words)
}

const words = language === 'de' ? (await import('./de-problems.ts')).deProblems : null

/** The same for given words. */
export function translated({ code = '', message }: Problem, { sentences, details }: ProblemWords): string {
  const known = Object.hasOwn(sentences, code) ? sentences[code] : undefined
  if (!known) return message
  const [english, own] = known
  if (!message.startsWith(english)) return own
  const detail = message.slice(english.length).trim()
  if (detail === '') return own
  const [pattern, wording] = details.find(([pattern]) => pattern.test(detail)) ?? []
  return `${own} ${pattern ? detail.replace(pattern, wording!) : detail}`
}
