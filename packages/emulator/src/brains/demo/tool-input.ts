import type { ToolSpec } from '../../wire.ts'
import { placeIn, zonesIn } from './cities.ts'
import { dateOf, dayIn } from './skills/alarms/days.ts'
import type { Turn } from './turn.ts'

/** JSON Schema, as much of it as tools use. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly description?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly $ref?: string
}

/** What a tool is called with: for one that asks people by a form, or may not be told what nobody has said, only what was said. */
export function inputFor({ inputSchema, description = '' }: ToolSpec, { text, system }: Turn): object {
  const tellsOnly = /\bform\b/i.test(description) || /\bnever make up\b/i.test(`${system}\n${description}`)
  return tellsOnly ? givenInput(inputSchema?.json, text) : toolInput(inputSchema?.json, text)
}

/**
 * An input for a tool, made of the user's words: what its schema requires, and what else the words clearly give. Valid for
 * the schema as far as types, enumerations, lengths, bounds and formats go; a `pattern` is beyond it.
 */
export function toolInput(schema: unknown, text: string): object {
  const root = (schema ?? {}) as Schema
  return objectOf(root, { root, text, depth: 0, fills: true })
}

/** What the user's words clearly give of it, whatever else it requires. */
export function givenInput(schema: unknown, text: string): object {
  const root = (schema ?? {}) as Schema
  return objectOf(root, { root, text, depth: 0, fills: false })
}

/** An arithmetic expression in a text: `12 * (3 + 4)`. */
export function expressionIn(text: string): string | undefined {
  const worded = text
    .replace(/\b\d{4}-\d\d(?:-\d\d)?\b/g, ' ') // a date is no sum
    .replace(/\b(?:times|multiplied by)\b|(?<=\d)\s*[x×]\s*(?=\d)/g, ' * ')
    .replace(/\bplus\b/g, '+')
    .replace(/\bminus\b/g, '-')
    .replace(/\bdivided by\b|÷/g, '/')
  const found = /[-(\d.][\d\s.()+*/^%-]*[\d)]/.exec(worded)?.[0].trim()
  return found && /\d\s*[-+*/^%]\s*[(\d]/.test(found) ? found.replace(/\s+/g, ' ') : undefined
}

interface Source {
  readonly root: Schema
  readonly text: string
  readonly depth: number
  /** Whether what is required and was not said gets a value all the same. */
  readonly fills: boolean
}

function objectOf(schema: Schema, from: Source): object {
  const required = new Set(schema.required ?? [])
  const entries = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const resolved = resolve(property, from.root)
    const given = wordsFor(name, resolved, from)
    if (given !== undefined) return [[name, given]]
    return required.has(name) && from.fills && from.depth < 6 ? [[name, anyValue(name, resolved, from)]] : []
  })
  return Object.fromEntries(entries)
}

function anyValue(name: string, schema: Schema, from: Source): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  switch (typeOf(schema)) {
    case 'number':
    case 'integer':
      return numberOf(schema, undefined)
    case 'boolean':
      return false
    case 'array': {
      const item = resolve(schema.items ?? {}, from.root)
      const deeper = { ...from, depth: from.depth + 1 }
      return Array.from(
        { length: schema.minItems ?? 0 },
        () => wordsFor(name, item, deeper) ?? anyValue(name, item, deeper),
      )
    }
    case 'object':
      return objectOf(schema, { ...from, depth: from.depth + 1 })
    case 'null':
      return null
    default:
      return stringOf(schema, from.text)
  }
}

/** What the words say about a property; undefined if they say nothing. */
function wordsFor(name: string, schema: Schema, { text }: Source): unknown {
  const about = `${name} ${schema.description ?? ''}`.toLowerCase()
  if (schema.const !== undefined) return undefined
  if (schema.enum) return schema.enum.find((value) => typeof value === 'string' && mentions(text, value))
  switch (typeOf(schema)) {
    case 'number':
    case 'integer': {
      const number = /limit|count|max|page|top/.test(name) ? undefined : numberIn(text, about)
      return number === undefined ? undefined : numberOf(schema, number)
    }
    case 'string':
      return asString(about, name.toLowerCase(), schema, text)
    default:
      return undefined
  }
}

function asString(about: string, name: string, schema: Schema, text: string): string | undefined {
  const found = (): string | undefined => {
    if (schema.format === 'email' || /e-?mail/.test(name)) return /\S+@\S+\.\w+/.exec(text)?.[0]
    if (schema.format === 'uri' || /^ur[il]$/.test(name)) return /https?:\/\/\S+/.exec(text)?.[0]
    if (schema.format === 'date' || /^date$/.test(name)) return dateIn(text)
    if (schema.format === 'date-time') return /\d{4}-\d\d-\d\d/.exec(text)?.[0]
    if (/zone|\btz\b|iana/.test(about)) return zonesIn(text)[0]
    if (/expression|formula|calculation/.test(about)) return expressionIn(text)
    if (/\b(city|location|place|town|where|destination)\b/.test(about)) return placeIn(text)
    if (/query|question|search|keyword|topic|prompt|terms|^q$/.test(about)) return searchWords(text)
    if (/^(?:\w*name|customer|guest|person)$/.test(name)) return quotedIn(text) ?? personIn(text)
    if (/^(text|message|content|input|body|title|label|description|statement)$/.test(name))
      return quotedIn(text) ?? text
    return undefined
  }
  const value = found()
  return value === undefined ? undefined : fitted(value, schema)
}

/** What a text asks about, without the asking. */
export function searchWords(text: string): string {
  const words = text
    .replace(/\bin (?:\d+|one|two|three|a few) (?:words?|sentences?|lines?)\b/gi, '')
    .replace(/^(?:please|hey|hi|hello|can you|could you|tell me|explain|search(?: the)?(?: docs)?(?: for)?)[\s,]+/i, '')
    .replace(
      /\b(?:how do(?:es)?|how can|how to|what(?:'s| is| are)?|where(?:'s| is| are)|why (?:does|is)|which|when)\b/gi,
      '',
    )
    .replace(/\b(?:i|you|we|it|the|a|an|my|in|on|of|to|do|does|is|are|there|about|from|happens?)\b/gi, ' ')
    .replace(/[?!.,"“”]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words.length >= 3 ? words : text.trim()
}

function stringOf(schema: Schema, text: string): string {
  const example = schema.examples?.find((value) => typeof value === 'string')
  if (typeof example === 'string') return fitted(example, schema)
  switch (schema.format) {
    case 'date':
      return new Date().toISOString().slice(0, 10)
    case 'date-time':
      return new Date().toISOString()
    case 'time':
      return '12:00:00Z'
    case 'email':
      return 'someone@example.com'
    case 'uri':
      return 'https://example.com/'
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000'
  }
  if (/zone|iana/i.test(schema.description ?? '')) return 'UTC'
  return fitted(quotedIn(text) ?? text, schema)
}

function fitted(value: string, { minLength = 0, maxLength = 2_000 }: Schema): string {
  return value.slice(0, maxLength).padEnd(minLength, '.')
}

function numberOf(schema: Schema, wished: number | undefined): number {
  const least = schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + 1)
  const value = Math.min(Math.max(wished ?? least ?? 1, least ?? -Infinity), schema.maximum ?? Infinity)
  return typeOf(schema) === 'integer' ? Math.round(value) : value
}

const NUMBERS = 'two three four five six seven eight nine ten eleven twelve'.split(' ')

/** The number that stands before a word of what it is about, else the first one; those of dates and times are none. */
function numberIn(text: string, about: string): number | undefined {
  const found = [
    ...text
      .replace(/\b\d{4}-\d\d-\d\d\b|\b\d{1,2}:\d\d\b/g, ' ')
      .matchAll(new RegExp(`(-?\\d+(?:\\.\\d+)?|\\b(?:${NUMBERS.join('|')})\\b)\\s*(\\p{L}{3,})?`, 'giu')),
  ]
  const number = (found.find(([, , what]) => what && about.includes(what.toLowerCase())) ?? found[0])?.[1]
  return number === undefined
    ? undefined
    : /\d/.test(number)
      ? Number(number)
      : NUMBERS.indexOf(number.toLowerCase()) + 2
}

function dateIn(text: string): string | undefined {
  const words = dayIn(text)
  return words && dateOf(words, new Date())
}

/** “for Ada Lovelace”, “my name is Ada” */
function personIn(text: string): string | undefined {
  const name = "\\p{Lu}[\\p{L}'’-]+"
  const day = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Today|Tonight|Tomorrow'
  const said = `\\b(?:[Ff]or|[Nn]amed|[Cc]alled|[Uu]nder|[Nn]ame is|I am|I['’]m)\\s+(?!${day})(${name}(?:\\s+${name})*)`
  return new RegExp(said, 'u').exec(text)?.[1]
}

function quotedIn(text: string): string | undefined {
  return /["“]([^"”]+)["”]/.exec(text)?.[1]
}

function mentions(text: string, value: string): boolean {
  return new RegExp(`(?<!\\w)${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'i').test(text)
}

function typeOf({ type, properties }: Schema): string {
  const one = typeof type === 'string' ? type : type?.find((name) => name !== 'null')
  return one ?? (properties ? 'object' : 'string')
}

function resolve(schema: Schema, root: Schema, depth = 0): Schema {
  if (depth > 8) return schema
  if (schema.$ref?.startsWith('#/')) {
    const target = schema.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root)
    return resolve((target ?? {}) as Schema, root, depth + 1)
  }
  const choice = schema.anyOf?.find((option) => option.type !== 'null') ?? schema.oneOf?.[0]
  if (choice)
    return resolve({ ...choice, ...(schema.description ? { description: schema.description } : {}) }, root, depth + 1)
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => resolve(part, root, depth + 1)))
  return schema
}
