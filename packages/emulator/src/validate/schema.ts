import type { ErrorName } from '../errors.ts'

/** What is wrong with a body, or undefined. Reads the wire's JSON: bytes are base64. */
export type SchemaCheck = (operation: string, body: unknown) => SchemaError | undefined

export interface SchemaError {
  readonly name: ErrorName
  readonly message: string
}

let loaded: Promise<SchemaCheck> | undefined

/**
 * A check by the AWS SDK's own schemas of `Converse`, `ConverseStream`, `ApplyGuardrail` and `CountTokens`. The SDK is loaded at the first
 * call, because that takes longer than starting the emulator.
 */
export function schemaCheck(): Promise<SchemaCheck> {
  return (loaded ??= load())
}

async function load(): Promise<SchemaCheck> {
  const [sdk, { NormalizedSchema }] = await Promise.all([
    import('@aws-sdk/client-bedrock-runtime'),
    import('@smithy/core/schema'),
  ])
  const compile = compiler(enums(sdk))
  const checks = new Map<string, Check>([
    ['Converse', compile(NormalizedSchema.of(sdk.ConverseRequest$))],
    ['ConverseStream', compile(NormalizedSchema.of(sdk.ConverseStreamRequest$))],
    ['ApplyGuardrail', compile(NormalizedSchema.of(sdk.ApplyGuardrailRequest$))],
    ['CountTokens', compile(NormalizedSchema.of(sdk.CountTokensRequest$))],
  ])
  return (operation, body) => {
    const check = checks.get(operation)
    if (!check) throw new Error(`There is no schema for ${operation}.`)
    return check(body, '')
  }
}

type Check = (value: unknown, path: string) => SchemaError | undefined

/** What this file needs of a `NormalizedSchema`. */
export interface Schema {
  getName(): string | undefined
  getSchema(): unknown
  getMergedTraits(): { httpLabel?: unknown; httpHeader?: unknown; httpQuery?: unknown }
  getValueSchema(): Schema
  structIterator(): Iterable<[string, Schema]>
  isUnionSchema(): boolean
  isStructSchema(): boolean
  isListSchema(): boolean
  isMapSchema(): boolean
  isDocumentSchema(): boolean
  isBlobSchema(): boolean
  isStringSchema(): boolean
  isBooleanSchema(): boolean
  isNumericSchema(): boolean
}

/** Makes checks of schemas, each named one once. Throws for a kind of schema that it does not know. */
export function compiler(enumerations: Readonly<Record<string, readonly string[]>>): (schema: Schema) => Check {
  const named = new Map<string, Check>()
  return compile

  function compile(schema: Schema): Check {
    if (schema.isUnionSchema() || schema.isStructSchema()) return structure(schema)
    if (schema.isListSchema()) return list(compile(schema.getValueSchema()))
    if (schema.isMapSchema()) return map(compile(schema.getValueSchema()))
    if (schema.isDocumentSchema()) return () => undefined
    if (schema.isBlobSchema()) return base64
    if (schema.isStringSchema()) return scalar('string', 'String')
    if (schema.isBooleanSchema()) return scalar('boolean', 'Boolean')
    if (schema.isNumericSchema()) return scalar('number', 'Number')
    throw new Error(`The SDK's schema ${schema.getName()} is of a kind that the emulator cannot check.`)
  }

  function structure(schema: Schema): Check {
    const name = schema.getName() ?? ''
    const known = named.get(name)
    if (known) return known
    let check: Check | undefined // set once the members are known: structures contain each other
    named.set(name, (value, path) => check!(value, path))
    const required = requiredCount(schema)
    const members = new Map<string, Member>()
    for (const [member, target] of schema.structIterator()) {
      const { httpLabel, httpHeader, httpQuery } = target.getMergedTraits()
      const isRequired = members.size < required
      const place = httpLabel || httpHeader || httpQuery ? 'elsewhere' : 'body'
      const checkMember = place === 'body' ? compile(target) : () => undefined
      const allowed = enumerations[`${name}.${member}`]
      members.set(member, { isRequired, place, check: allowed ? oneOf(allowed) : checkMember })
    }
    check = schema.isUnionSchema() ? union(name, members) : struct(members)
    return check
  }
}

interface Member {
  readonly isRequired: boolean
  readonly place: 'body' | 'elsewhere'
  readonly check: Check
}

function struct(members: ReadonlyMap<string, Member>): Check {
  const required = [...members]
    .filter(([, member]) => member.isRequired && member.place === 'body')
    .map(([name]) => name)
  return (value, path) => {
    if (!isObject(value)) return wrongType(value, 'Object', path)
    const wrong = membersWrong(value, path, members)
    if (wrong) return wrong
    for (const name of required) {
      if (value[name] === undefined || value[name] === null)
        return constraint(`Value at '${at(path, name)}'`, 'Member must not be null')
    }
    return undefined
  }
}

function union(name: string, members: ReadonlyMap<string, Member>): Check {
  return (value, path) => {
    if (!isObject(value)) return wrongType(value, 'Object', path)
    const wrong = membersWrong(value, path, members)
    if (wrong) return wrong
    const set = Object.keys(value).filter((key) => value[key] !== null && value[key] !== undefined)
    if (set.length === 1) return undefined
    const keys = [...members.keys()].join(', ')
    const how =
      set.length === 0
        ? 'must set one of the following keys'
        : `must set only one of the following keys, not ${set.join(' and ')}`
    return { name: 'ValidationException', message: `${name} object at ${path} ${how}: ${keys}.` }
  }
}

function membersWrong(
  value: Record<string, unknown>,
  path: string,
  members: ReadonlyMap<string, Member>,
): SchemaError | undefined {
  for (const key in value) {
    const member = members.get(key)
    if (!member || member.place === 'elsewhere') return extraneous(path, key)
    const inner = value[key]
    if (inner === null || inner === undefined) continue // AWS reads null as absent
    const wrong = member.check(inner, at(path, key))
    if (wrong) return wrong
  }
  return undefined
}

function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return wrongType(value, 'List', path)
    for (let i = 0; i < value.length; i++) {
      const wrong = check(value[i], `${path}.${i}`)
      if (wrong) return wrong
    }
    return undefined
  }
}

function map(check: Check): Check {
  return (value, path) => {
    if (!isObject(value)) return wrongType(value, 'Map', path)
    for (const key in value) {
      const wrong = check(value[key], at(path, key))
      if (wrong) return wrong
    }
    return undefined
  }
}

function scalar(type: 'string' | 'boolean' | 'number', name: string): Check {
  return (value, path) => (typeof value === type ? undefined : wrongType(value, name, path))
}

function oneOf(allowed: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== 'string') return wrongType(value, 'String', path)
    if (allowed.includes(value)) return undefined
    return constraint(`Value '${value}' at '${path}'`, `Member must satisfy enum value set: [${allowed.join(', ')}]`)
  }
}

const base64: Check = (value, path) => {
  if (typeof value !== 'string') return wrongType(value, 'Blob', path)
  const whole = value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
  return whole ? undefined : { name: 'SerializationException', message: `The value at ${path} is not valid base64.` }
}

function wrongType(value: unknown, wanted: string, path: string): SchemaError {
  const found = Array.isArray(value)
    ? 'START_ARRAY'
    : value === null
      ? 'NULL_VALUE'
      : { object: 'START_OBJECT', string: 'STRING_VALUE', number: 'NUMBER_VALUE', boolean: 'TRUE_VALUE' }[
          typeof value as string
        ]
  return {
    name: 'SerializationException',
    message: `${found} can not be converted to a ${wanted} at ${path || 'the body'}.`,
  }
}

function constraint(what: string, rule: string): SchemaError {
  const message = `1 validation error detected: ${what} failed to satisfy constraint: ${rule}`
  return { name: 'ValidationException', message }
}

function extraneous(path: string, key: string): SchemaError {
  const pointer = path === '' ? '#' : `#/${path.replaceAll('.', '/')}`
  const message = `Malformed input request: ${pointer}: extraneous key [${key}] is not permitted, please reformat your input and try again.`
  return { name: 'ValidationException', message }
}

function at(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** A static schema lists its required members first and says how many they are. */
function requiredCount(schema: Schema): number {
  const raw = schema.getSchema()
  return Array.isArray(raw) && typeof raw[6] === 'number' ? raw[6] : 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schemas call these plain strings; the SDK exports their values beside them. */
export function enums(sdk: typeof import('@aws-sdk/client-bedrock-runtime')): Record<string, readonly string[]> {
  return {
    'Message.role': Object.values(sdk.ConversationRole),
    'ImageBlock.format': Object.values(sdk.ImageFormat),
    'DocumentBlock.format': Object.values(sdk.DocumentFormat),
    'VideoBlock.format': Object.values(sdk.VideoFormat),
    'AudioBlock.format': Object.values(sdk.AudioFormat),
    'ToolResultBlock.status': Object.values(sdk.ToolResultStatus),
    'ToolUseBlock.type': Object.values(sdk.ToolUseType),
    'CachePointBlock.type': Object.values(sdk.CachePointType),
    'CachePointBlock.ttl': Object.values(sdk.CacheTTL),
    'GuardrailStreamConfiguration.trace': Object.values(sdk.GuardrailTrace),
    'GuardrailStreamConfiguration.streamProcessingMode': Object.values(sdk.GuardrailStreamProcessingMode),
    'GuardrailConfiguration.trace': Object.values(sdk.GuardrailTrace),
    'PerformanceConfiguration.latency': Object.values(sdk.PerformanceConfigLatency),
    'ServiceTier.type': Object.values(sdk.ServiceTierType),
    'ApplyGuardrailRequest.source': Object.values(sdk.GuardrailContentSource),
    'ApplyGuardrailRequest.outputScope': Object.values(sdk.GuardrailOutputScope),
    'OutputFormat.type': Object.values(sdk.OutputFormatType),
  }
}
