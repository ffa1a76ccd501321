import type { ConverseRequest } from '../wire.ts'
import { type ModelLimits, modelError } from './conversation.ts'

const MAX_STRICT_TOOLS = 20
const MAX_OPTIONAL = 24
const MAX_UNIONS = 16

/** Schemas that the model is held to: whether it can be, and whether a grammar can be made of them. */
export function structureWrong(request: ConverseRequest, model: ModelLimits): string | undefined {
  const text = request.outputConfig?.textFormat?.structure?.jsonSchema?.schema
  const tools = (request.toolConfig?.tools ?? []).map(({ toolSpec }) => toolSpec)
  const strict = tools.filter((spec) => spec?.strict)
  if (text !== undefined && !model.jsonOutput) return refused('output_config.format', model)
  if (strict.length > 0 && !model.strictTools) {
    return refused(`tools.${tools.findIndex((spec) => spec?.strict)}.custom.strict`, model)
  }
  if (strict.length > MAX_STRICT_TOOLS) {
    return modelError(
      `Too many strict tools (${strict.length}). The maximum number of strict tools supported is ${MAX_STRICT_TOOLS}.`,
    )
  }
  const counts = { optional: 0, unions: 0 }
  if (text !== undefined) {
    const schema = parsed(text)
    if (schema === undefined)
      return 'The value at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON.'
    const wrong = schemaWrong(schema, counts)
    if (wrong) return modelError(`output_config.format.schema: ${wrong}`)
  }
  for (const [i, spec] of tools.entries()) {
    const wrong = spec?.strict && schemaWrong(spec.inputSchema?.json, counts)
    if (wrong) return modelError(`tools.${i}.custom: ${wrong}`)
  }
  if (counts.optional > MAX_OPTIONAL) return tooMany('optional parameters', counts.optional, MAX_OPTIONAL)
  return counts.unions > MAX_UNIONS ? tooMany('parameters with union types', counts.unions, MAX_UNIONS) : undefined
}

/** What an older model says of a field that only newer ones know. */
function refused(field: string, { provider }: ModelLimits): string {
  if (provider === 'Anthropic') return modelError(`${field}: Extra inputs are not permitted`)
  return `This model doesn't support structured output. Remove ${field} and try again.`
}

function tooMany(what: string, count: number, limit: number): string {
  return modelError(
    `Schemas contains too many ${what} (${count}), which would make grammar compilation inefficient. Reduce the number of ${what} in your schemas (limit: ${limit}).`,
  )
}

/** Keywords that no grammar is made of, by the type that they stand at. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  string: ['minLength', 'maxLength'],
  array: ['maxItems', 'uniqueItems', 'contains', 'prefixItems'],
  object: ['patternProperties', 'propertyNames', 'minProperties', 'maxProperties', 'dependentSchemas'],
}

const NEVER = ['oneOf', 'not', 'if', 'then', 'else', '$dynamicRef', '$recursiveRef'] as const
const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '))

function schemaWrong(schema: unknown, counts: { optional: number; unions: number }): string | undefined {
  if (!isObject(schema)) return 'A schema must be an object.'
  const never = NEVER.find((keyword) => keyword in schema)
  if (never) return `Schema type '${never}' is not supported`
  if (typeof schema['$ref'] === 'string' && !schema['$ref'].startsWith('#/'))
    return 'External references are not supported'
  const types = [schema['type']].flat()
  if (types.length > 1 || Array.isArray(schema['anyOf'])) counts.unions++
  for (const type of types) {
    const keyword = UNSUPPORTED[String(type)]?.find((keyword) => keyword in schema)
    if (keyword) return `For '${type}' type, property '${keyword}' is not supported`
    if (type === 'array' && Number(schema['minItems'] ?? 0) > 1)
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if (type === 'string' && 'format' in schema && !FORMATS.has(String(schema['format'])))
      return `For 'string' type, format '${schema['format']}' is not supported`
    if (type === 'object' && schema['additionalProperties'] !== false)
      return "For 'object' type, 'additionalProperties' must be explicitly set to false"
  }
  const says = ['type', 'anyOf', 'allOf', 'enum', 'const', '$ref'].some((keyword) => keyword in schema)
  if (!says) return 'A schema must say a type'
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  counts.optional += Object.keys(properties).filter((name) => !required.includes(name)).length
  const inner = [schema['items'], schema['anyOf'], schema['allOf'], ...Object.values(properties)].flat()
  for (const each of [...inner, ...Object.values(isObject(schema['$defs']) ? schema['$defs'] : {})]) {
    const wrong = each === undefined ? undefined : schemaWrong(each, counts)
    if (wrong) return wrong
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
