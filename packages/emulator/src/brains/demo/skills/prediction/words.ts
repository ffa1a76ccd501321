import type { Prediction } from './document.ts'

const HONEST = '*I am a demo model that works by rules: look at the sources before you rely on them.*'

export function wordsOfPrediction(
  { prediction_statement, verification_method }: Prediction,
  isOwn: boolean,
  isPast: boolean,
): string {
  const date = isPast ? 'That date is past already, so it can be judged at once.' : 'It waits until then.'
  const own = isOwn ? ' You named no date, so I proposed the end of the year; tell me if you meant another.' : ''
  return `Here is your prediction, so that it can be checked: **${prediction_statement}** ${date}${own} It will be looked up at ${verification_method.source[0]}.\n\n${HONEST}`
}

export function wordsOfChange(
  { prediction_statement, confidence, verification_method }: Prediction,
  what: 'date' | 'confidence' | 'number' | 'source',
): string {
  switch (what) {
    case 'confidence':
      return `Noted: you are ${Math.round((confidence ?? 0) * 100)}% sure. Everything else stays as it was.`
    case 'date':
      return `I moved the date, and kept the rest: **${prediction_statement}**`
    case 'number':
      return `I changed the number, and kept the rest: **${prediction_statement}**`
    case 'source':
      return `It will be looked up at ${verification_method.source[0]}. Everything else stays as it was.`
  }
}

export function explained({ verification_method, verification_date, date_reasoning }: Prediction): string {
  const lines = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n')
  return `It is judged at ${verification_date}. ${date_reasoning}\n\nIt is true if:\n${lines(verification_method.criteria)}\n\nThat is looked up like this:\n${lines(verification_method.steps)}`
}

export function noSuchDay(reasoning: string): string {
  const day = /^"([^"]+)"/.exec(reasoning)?.[1]
  return `There is no ${day ?? 'such day'} in the calendar. Which day do you mean?`
}

export function halfDate(words: string): string {
  return `Of “${words}” I understand only a part, and will not guess the rest. By when is it? Tell me a date, such as “15 March 2027 at 17:00”.`
}

export function noDate(): string {
  return 'I could not find out by when. Tell me a date, such as “by March 2027” or “in 3 weeks”.'
}

export function dateUnknown(): string {
  return 'I have no tool here that understands dates, so I cannot say when this can be judged. Give me an exact date with its time in UTC.'
}
