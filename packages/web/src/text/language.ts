/** The languages of the interface, each with its own name for itself. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES
export type LanguageChoice = Language | 'system'

const KEY = 'streambed.language'

/** What somebody chose in this browser; the system's language where nobody did. */
export function languageChoice(): LanguageChoice {
  try {
    const stored = localStorage.getItem(KEY)
    return isLanguage(stored) ? stored : 'system'
  } catch {
    return 'system' // storage is forbidden, or this is no browser
  }
}

/** Keeps the choice, and draws the page anew in it. */
export function chooseLanguage(choice: LanguageChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    return // without storage the next page would not know of it
  }
  location.reload() // words are read once, when the page begins; what was being written stays
}

/** The language that this page speaks. */
export const language: Language = spoken()

function spoken(): Language {
  const choice = languageChoice()
  if (choice !== 'system') return choice
  const wished = globalThis.navigator?.languages ?? []
  return wished.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en'
}

function isLanguage(name: string | null): name is Language {
  return name !== null && Object.hasOwn(LANGUAGES, name)
}
