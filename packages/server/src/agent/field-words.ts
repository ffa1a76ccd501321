import type * as z from 'zod'

/** What is wrong with a field of a form, for the person who fills it in. Where a schema has its own words, these are said. */
export const fieldWords: z.core.$ZodErrorMap = (issue) => {
  if (isEmpty(issue.input)) return NEEDED
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? NO_USE
    case 'invalid_value':
      return issue.values.length === 1
        ? `It can only be ${String(issue.values[0])}.`
        : `Choose ${OR.format(issue.values.map(String))}.`
    case 'too_small':
      return limited(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'too_big':
      return limited(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    case 'invalid_format':
      return FORMATS[issue.format] ?? (issue.pattern ? `It must fit ${issue.pattern}.` : NO_USE)
    case 'not_multiple_of':
      return `Write a multiple of ${issue.divisor}.`
    default:
      return undefined // then zod has words for it
  }
}

const NEEDED = 'This is needed.'
const NO_USE = 'This cannot be used here.'
const OR = new Intl.ListFormat('en-GB', { type: 'disjunction' })

const TYPES: Readonly<Record<string, string>> = {
  string: 'Write a text.',
  number: 'Write a number.',
  int: 'Write a whole number.',
  boolean: 'Say yes or no.',
  array: 'Name some, in a list.',
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'Write a date as YYYY-MM-DD.',
  time: 'Write a time as HH:MM.',
  datetime: 'Write a date and a time as 2027-03-01T09:00:00Z.',
  email: 'Write an e-mail address.',
  url: 'Write an address such as https://example.org.',
}

function limited(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `Write ${bound} ${limit} character${Number(limit) === 1 ? '' : 's'}.`
  if (origin === 'number' || origin === 'int' || origin === 'bigint') return `Write a number that is ${bound} ${limit}.`
  return `${bound.charAt(0).toUpperCase()}${bound.slice(1)} ${limit} of them.`
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
