/** One thing that a form asks for. */
export interface Field {
  readonly name: string
  /** Its name for people, where the schema has one. */
  readonly title: string | null
  readonly description: string | null
  readonly isRequired: boolean
  readonly control: Control
}

/** How a value is given. `lines` is a list of texts, `json` whatever has no control of its own. */
export type Control =
  | { readonly kind: 'text'; readonly isLong: boolean; readonly maxLength: number | null }
  | { readonly kind: 'number'; readonly min: number | null; readonly max: number | null; readonly isWhole: boolean }
  | { readonly kind: 'choice'; readonly options: readonly Option[] }
  | { readonly kind: 'choices'; readonly options: readonly Option[] }
  | { readonly kind: 'switch' | 'time' | 'date' | 'moment' | 'zone' | 'email' | 'url' | 'lines' | 'json' }
  | { readonly kind: 'group'; readonly fields: readonly Field[] }

export interface Option {
  readonly value: string | number | boolean
  readonly title: string | null
}

/** JSON Schema, as much of it as tools use. */
type Schema = Readonly<Record<string, unknown>>

/** What a JSON Schema of an object asks for, in its order. Objects in it become groups, one level deep. */
export function fieldsOf(schema: Schema): readonly Field[] {
  return fieldsAt(resolved(schema, schema), schema, 0)
}

/** A schema that a value of plain fields would fit; null for a value that people can only change as JSON. */
export function schemaOfValue(value: unknown): Schema | null {
  if (!isObject(value)) return null
  const properties = Object.entries(value).map(([name, inner]) => [name, plainSchema(inner)] as const)
  if (properties.length === 0 || properties.some(([, schema]) => schema === null)) return null
  return { type: 'object', properties: Object.fromEntries(properties), required: Object.keys(value) }
}

function fieldsAt(schema: Schema, root: Schema, depth: number): readonly Field[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  return Object.entries(properties).map(([name, property]) => {
    const inner = resolved(property, root)
    return {
      name,
      title: textOf(inner['title']),
      description: textOf(inner['description']),
      isRequired: required.has(name),
      control: controlOf(name, inner, root, depth),
    }
  })
}

function controlOf(name: string, schema: Schema, root: Schema, depth: number): Control {
  const options = optionsOf(schema)
  if (options) return { kind: 'choice', options }
  switch (typeOf(schema)) {
    case 'boolean':
      return { kind: 'switch' }
    case 'number':
    case 'integer': {
      const [min, max] = [numberOf(schema['minimum']), numberOf(schema['maximum'])]
      return { kind: 'number', min, max, isWhole: typeOf(schema) === 'integer' }
    }
    case 'array': {
      const items = resolved(schema['items'], root)
      const options = optionsOf(items)
      if (options) return { kind: 'choices', options }
      return { kind: typeOf(items) === 'string' ? 'lines' : 'json' }
    }
    case 'object': {
      const fields = depth === 0 ? fieldsAt(schema, root, depth + 1) : []
      return fields.length > 0 ? { kind: 'group', fields } : { kind: 'json' }
    }
    case 'string':
      return textControl(name, schema)
    default:
      return { kind: 'json' }
  }
}

const FORMATS = new Map<unknown, 'date' | 'moment' | 'time' | 'email' | 'url'>([
  ['date', 'date'],
  ['date-time', 'moment'],
  ['time', 'time'],
  ['email', 'email'],
  ['uri', 'url'],
])

function textControl(name: string, schema: Schema): Control {
  const kind = FORMATS.get(schema['format'])
  if (kind) return { kind }
  if (isClock(schema['pattern'])) return { kind: 'time' }
  if (/^(time_?)?zone$|^tz$/i.test(name)) return { kind: 'zone' }
  const maxLength = numberOf(schema['maxLength'])
  const isLong = maxLength === null ? /text|body|message|note|content|prompt/i.test(name) : maxLength > 300
  return { kind: 'text', isLong, maxLength }
}

/** Whether a pattern takes times of day, and nothing else. */
function isClock(pattern: unknown): boolean {
  if (typeof pattern !== 'string' || pattern.length > 200) return false
  try {
    const fits = new RegExp(pattern)
    return fits.test('07:30') && fits.test('23:59') && !fits.test('24:00') && !fits.test('seven') && !fits.test('')
  } catch {
    return false // another dialect of patterns
  }
}

function optionsOf(schema: Schema): readonly Option[] | null {
  const values = schema['enum']
  if (Array.isArray(values) && values.length > 0 && values.every(isPlain)) {
    return values.map((value) => ({ value, title: null }))
  }
  const choices = schema['oneOf'] ?? schema['anyOf']
  if (!Array.isArray(choices) || choices.length === 0) return null
  if (!choices.every((choice) => isObject(choice) && isPlain(choice['const']))) return null
  return choices.map((choice) => ({ value: choice['const'], title: textOf(choice['title']) }))
}

/** Follows a reference, and takes what may also be null for what it is otherwise. */
function resolved(schema: unknown, root: Schema, depth = 0): Schema {
  if (!isObject(schema) || depth > 8) return {}
  const { $ref, ...rest } = schema
  if (typeof $ref === 'string') return { ...resolved(at(root, $ref), root, depth + 1), ...rest }
  const others = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter((one) => !isNull(one)) : []
  if (others.length === 1) return { ...resolved(others[0], root, depth + 1), ...without(schema, 'anyOf') }
  return schema
}

function at(root: Schema, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), root)
}

function plainSchema(value: unknown): Schema | null {
  switch (typeof value) {
    case 'string':
      return { type: 'string', maxLength: value.length > 60 || value.includes('\n') ? 100_000 : 300 }
    case 'number':
      return { type: 'number' }
    case 'boolean':
      return { type: 'boolean' }
    default:
      return null
  }
}

function typeOf({ type, properties }: Schema): unknown {
  const one = Array.isArray(type) ? type.find((name) => name !== 'null') : type
  return one ?? (properties ? 'object' : undefined)
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key))
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'null'
}

function isPlain(value: unknown): value is Option['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null
}
