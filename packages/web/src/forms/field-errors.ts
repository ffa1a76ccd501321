import type { FieldError } from './schema-fields.tsx'

interface Refusal {
  readonly code: string
  /** In English, as the server says it. */
  readonly message: string
}

/** What a server finds wrong with fields of these names, out of what it says of them: `time: Required. zone: No such zone.` */
export function fieldErrors({ code, message }: Refusal, names: readonly string[]): readonly FieldError[] {
  if (code !== 'bad-request') return []
  const [, ...said] = message.split(new RegExp(`(?:^|\\s)(${names.join('|')})(?:\\.\\w+)*: `))
  return said.flatMap((field, nth) => (nth % 2 === 0 ? [{ field, message: asSentence(said[nth + 1]!) }] : []))
}

/** Whether a browser can tell the time there. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false // it throws for names that it does not know
  }
}

function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
