import * as z from 'zod'
import { visible } from './visible.ts'

type Schema = Record<string, unknown>

/** What a tool's input may be, said in the words that every model understands. */
export interface InputSchema {
  /** JSON Schema of an object, without references. */
  readonly json: Readonly<Schema>
  /** Checks an input, and gives it back as it was. */
  readonly check: z.ZodType
}

/** An input schema that cannot be given to a model. The message says why. */
export class UnusableSchema extends Error {}

const MAX_DEPTH = 16
const MAX_NODES = 1_000
const MAX_JSON = 16 * 1024
const MAX_DESCRIPTION = 500

/**
 * A stranger's input schema, made fit for Bedrock: an object at its root, its references written out, its descriptions short and visible,
 * and of the rest only what models and Bedrock understand. It may then allow more than its server does, which checks for itself.
 *
 * @throws UnusableSchema when nothing can be made of it.
 */
export function inputSchemaOf(raw: unknown): InputSchema {
  if (!isObject(raw)) throw new UnusableSchema('its input schema is no object')
  const cleaning = { root: raw, left: MAX_NODES }
  const {
    type = 'object',
    properties = {},
    required,
    additionalProperties,
    description,
  } = cleaned(raw, cleaning, 0, [])
  if (type !== 'object') throw new UnusableSchema('its input is no object')
  const json = withoutGaps({ type: 'object', description, properties, required, additionalProperties })
  if (JSON.stringify(json).length > MAX_JSON) throw new UnusableSchema('its input schema is larger than 16 KiB')
  return { json, check: checkOf(json) }
}

/** Words that hold one schema, several, or named ones; those that hold values are copied. */
const ONE = ['items', 'additionalProperties']
const SEVERAL = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const VALUES = [
  ...['type', 'enum', 'const', 'default', 'required', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems'],
]

interface Cleaning {
  readonly root: Schema
  /** How many schemas it may still hold. */
  left: number
}

function cleaned(raw: Schema, cleaning: Cleaning, depth: number, path: readonly Schema[]): Schema {
  if (depth > MAX_DEPTH) throw new UnusableSchema(`its input schema is nested deeper than ${MAX_DEPTH} levels`)
  if (--cleaning.left < 0) throw new UnusableSchema(`its input schema has more than ${MAX_NODES} parts`)
  const schema = withoutReference(raw, cleaning.root)
  if (path.includes(schema)) return {} // it holds itself: from here on anything goes
  const inner = (value: unknown) => (isObject(value) ? cleaned(value, cleaning, depth + 1, [...path, schema]) : value)

  const out: Schema = {}
  for (const word of VALUES) if (word in schema) out[word] = schema[word]
  for (const word of ONE)
    if (isObject(schema[word]) || typeof schema[word] === 'boolean') out[word] = inner(schema[word])
  for (const word of SEVERAL) if (Array.isArray(schema[word])) out[word] = schema[word].map(inner)
  if (isObject(schema['properties'])) {
    const properties = Object.entries(schema['properties'])
    const odd = properties.find(([name]) => !/^[a-zA-Z0-9_.-]{1,64}$/.test(name))
    if (odd) throw new UnusableSchema(`its input has a field named ${JSON.stringify(visible(odd[0]).slice(0, 80))}`)
    out['properties'] = Object.fromEntries(
      properties.map(([name, value]) => [name, isObject(value) ? inner(value) : {}]),
    )
  }
  const { description } = schema
  if (typeof description === 'string') out['description'] = visible(description).slice(0, MAX_DESCRIPTION)
  return out
}

/** What a reference into the same schema stands for. Words beside it add to it. */
function withoutReference(schema: Schema, root: Schema): Schema {
  for (let hops = 0; typeof schema['$ref'] === 'string'; hops++) {
    const { $ref: reference, ...beside } = schema
    const target = hops < 8 ? targetOf(String(reference), root) : undefined
    if (!target)
      throw new UnusableSchema(`its input schema refers to ${JSON.stringify(String(reference).slice(0, 100))}`)
    if (Object.keys(beside).length === 0) schema = target
    else schema = { ...target, ...beside }
  }
  return schema
}

function targetOf(reference: string, root: Schema): Schema | undefined {
  if (reference === '#') return root
  const path = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference)
  const definitions = path && root[path[1]!]
  const target = isObject(definitions) && Object.hasOwn(definitions, path![2]!) ? definitions[path![2]!] : undefined
  return isObject(target) ? target : undefined
}

function checkOf(json: Readonly<Schema>): z.ZodType {
  const schema = zodOf(json)
  return z.unknown().superRefine((input, context) => {
    const { error } = schema.safeParse(input)
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path: [...path], message })
  })
}

function zodOf(json: Readonly<Schema>): z.ZodType {
  try {
    return z.fromJSONSchema(json as Parameters<typeof z.fromJSONSchema>[0])
  } catch {
    return z.record(z.string(), z.unknown()) // what zod cannot say, its server checks
  }
}

function withoutGaps(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
