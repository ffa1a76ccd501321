import { language } from './language.ts'

/**
 * What an agent says of itself, its name, what it does, what to ask it, in the language of the page; as it says it, where the page does
 * not know those words.
 */
export function ownWords(said: string): string {
  return known.get(said) ?? said
}

const known: ReadonlyMap<string, string> = language === 'de' ? (await import('./de-agents.ts')).deAgents : new Map()
