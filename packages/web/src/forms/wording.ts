import { ownWords } from '../text/agents.ts'
import { text } from '../text/text.ts'
import type { Field, Option } from './fields.ts'

/** A field's name for people: the schema's own, the catalogue's, or the name itself in words. */
export function labelOf({ name, title }: Pick<Field, 'name' | 'title'>): string {
  const known: Readonly<Record<string, string>> = text.form.fields
  return title ?? (Object.hasOwn(known, name) ? known[name]! : inWords(name))
}

/** What is said about a field, as far as it is said to people: what follows a semicolon tells the model what to do. */
export function hintOf({ description }: Pick<Field, 'description'>): string | null {
  return description && ownWords(description.split(/;|\. /)[0]!.replace(/\.$/, ''))
}

/** An option's name for people. Days of the week are called as the language calls them. */
export function optionLabel({ value, title }: Option, form: 'long' | 'short' = 'long'): string {
  if (title !== null) return title
  if (typeof value !== 'string') return String(value)
  return weekdayName(value, form) ?? inWords(value)
}

/** `create_alarm`, `createAlarm` and `create-alarm` in words: `Create alarm`. */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const FULL = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** A day of the week, named in English as programs do, in the language of the interface; null for anything else. */
export function weekdayName(day: string, form: 'long' | 'short'): string | null {
  const name = day.toLowerCase()
  const index = Math.max(WEEKDAYS.indexOf(name), FULL.indexOf(name))
  if (index < 0) return null
  const monday = Date.UTC(2024, 0, 1)
  return new Intl.DateTimeFormat(text.locale, { weekday: form, timeZone: 'UTC' }).format(monday + index * 86_400_000)
}

/** What a tool does, for people. */
export function toolName(tool: string): string {
  const known: Readonly<Record<string, string>> = text.tool.names
  return Object.hasOwn(known, tool) ? known[tool]! : inWords(tool)
}

/** A value for people to read. */
export function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueInWords).join(', ')
  if (typeof value === 'boolean') return value ? text.form.yes : text.form.no
  if (typeof value === 'string') return weekdayName(value, 'long') ?? value
  return typeof value === 'number' ? value.toLocaleString(text.locale) : JSON.stringify(value)
}
