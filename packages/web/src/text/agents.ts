import { language } from './language.ts'

/**
 * What an agent says of itself (its name, what it does, what to ask it) and the server of what it is doing, in the language of the
 * page; as they say it, where the page does not know those words.
 */
export function ownWords(said: string): string {
  return words === null ? said : spokenIn(words, said)
}

/** What agents and servers say in another language than theirs. */
export interface SpokenWords {
  /** Whole sentences. */
  readonly said: ReadonlyMap<string, string>
  /** Those in which something differs from time to time. */
  readonly patterns: readonly (readonly [english: RegExp, own: string])[]
}

/** The same for given words. */
export function spokenIn({ said, patterns }: SpokenWords, sentence: string): string {
  const whole = said.get(sentence)
  if (whole !== undefined) return whole
  const [pattern, wording] = patterns.find(([pattern]) => pattern.test(sentence)) ?? []
  return pattern ? sentence.replace(pattern, wording!) : sentence
}

const words: SpokenWords | null =
  language === 'de'
    ? { said: (await import('./de-agents.ts')).deAgents, patterns: (await import('./de-server.ts')).deServer }
    : null
