import { text } from '../text/text.ts'

/** What stands in a cell, for people: numbers with their groups, nothing as a dash. */
export function cellText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return value ? text.form.yes : text.form.no
  return typeof value === 'number' ? value.toLocaleString(text.locale, { maximumFractionDigits: 6 }) : value
}
