/** A schema that a model can be held to: Bedrock makes a grammar of it, and the model can write nothing else. */
export interface StrictSchema {
  readonly schema: Schema
  /** How many properties may be left out. Each makes the grammar much larger. */
  readonly optional: number
  /** How many values may be of several types. */
  readonly unions: number
}

type Schema = Readonly<Record<string, unknown>>

/**
 * A JSON Schema as Bedrock takes it for structured output: every object is closed, and what no grammar can be made of is dropped and
 * told in the description instead. All that fits the schema and has no properties beyond it fits the strict one too, so that what is
 * held to it must still be checked. Undefined where that cannot be said: objects with any properties, values of any type, references.
 */
export function strictSchema(schema: Schema): StrictSchema | undefined {
  const known = made.get(schema)
  if (known !== undefined) return known ?? undefined
  const counts = { optional: 0, unions: 0 }
  const strict = strictly(schema, counts, 0)
  const result = strict && { schema: strict, ...counts }
  made.set(schema, result ?? null)
  return result
}

/** Tools and outputs are defined once and asked for with every call. */
const made = new WeakMap<Schema, StrictSchema | null>()

interface Counts {
  optional: number
  unions: number
}

const MAX_DEPTH = 20

function strictly(schema: unknown, counts: Counts, depth: number): Schema | undefined {
  if (!isObject(schema) || depth > MAX_DEPTH || LOSSY.some((keyword) => keyword in schema)) return undefined
  const options = alternatives(schema)
  if (options === null) return undefined
  if (options) {
    counts.unions++
    const anyOf = options.map((option) => strictly(option, counts, depth + 1))
    return anyOf.includes(undefined) ? undefined : { ...describe(schema), anyOf }
  }
  const value = valuesOf(schema)
  if (value === null) return undefined
  if (value) return { ...describe(schema), ...value }
  const { type } = schema
  if (Array.isArray(type)) {
    counts.unions++
    const anyOf = type.map((each) => strictly({ ...schema, type: each, description: undefined }, counts, depth + 1))
    return anyOf.includes(undefined) ? undefined : { ...describe(schema), anyOf }
  }
  switch (type) {
    case 'object':
      return strictObject(schema, counts, depth)
    case 'array':
      return strictArray(schema, counts, depth)
    case 'string':
      return { ...describe(schema), type, ...(isKnownFormat(schema) && { format: schema['format'] }) }
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return { ...describe(schema), type }
    default:
      return undefined
  }
}

/** What cannot be dropped: without it the schema would say something else, or nothing. */
const LOSSY = ['$ref', '$dynamicRef', 'allOf', 'prefixItems', 'patternProperties'] as const

/** The schemas one of which must fit; null where they stand beside what must fit as well. */
function alternatives({ anyOf, oneOf, ...others }: Schema): readonly unknown[] | null | undefined {
  const options = anyOf ?? oneOf
  if (options === undefined) return undefined
  const isAlone = !(anyOf && oneOf) && !['type', 'properties', 'items', 'enum', 'const'].some((key) => key in others)
  return isAlone && Array.isArray(options) && options.length > 0 ? options : null
}

/** One of some values; null where a grammar has no words for them. */
function valuesOf(schema: Schema): Schema | null | undefined {
  const values = 'const' in schema ? [schema['const']] : schema['enum']
  if (values === undefined) return undefined
  const isPlain = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value)
  if (!Array.isArray(values) || values.length === 0 || !values.every(isPlain)) return null
  return 'const' in schema ? { const: values[0] } : { enum: values }
}

function strictObject(schema: Schema, counts: Counts, depth: number): Schema | undefined {
  const { properties = {}, additionalProperties } = schema
  const isOpen = additionalProperties !== undefined && additionalProperties !== false
  if (isOpen || !isObject(properties)) return undefined
  const required = Array.isArray(schema['required']) ? schema['required'].filter((name) => name in properties) : []
  const strict: [string, Schema][] = []
  for (const [name, property] of Object.entries(properties)) {
    const inner = strictly(property, counts, depth + 1)
    if (!inner) return undefined
    strict.push([name, inner])
  }
  counts.optional += strict.length - required.length
  return {
    ...describe(schema),
    type: 'object',
    properties: Object.fromEntries(strict),
    required,
    additionalProperties: false,
  }
}

function strictArray(schema: Schema, counts: Counts, depth: number): Schema | undefined {
  const items = strictly(schema['items'], counts, depth + 1)
  if (!items) return undefined
  const least = schema['minItems'] === undefined ? {} : { minItems: Math.min(1, Number(schema['minItems'])) }
  return { ...describe(schema), type: 'array', items, ...least }
}

const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '))

function isKnownFormat({ format }: Schema): boolean {
  return FORMATS.has(String(format))
}

/** What the model is told in words, because no grammar holds it to it. */
const TOLD = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
] as const

function describe(schema: Schema): { readonly description?: string } {
  const bounds = TOLD.flatMap((keyword) => (keyword in schema ? [`${keyword}: ${String(schema[keyword])}`] : []))
  if (Number(schema['minItems'] ?? 0) > 1) bounds.push(`minItems: ${schema['minItems']}`)
  if ('format' in schema && !isKnownFormat(schema)) bounds.push(`format: ${schema['format']}`)
  const own = typeof schema['description'] === 'string' ? schema['description'] : ''
  const description = [own, bounds.length > 0 && `(${bounds.join(', ')})`].filter(Boolean).join(' ')
  return description === '' ? {} : { description }
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
