import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { type InputSchema, inputSchemaOf, UnusableSchema } from './input-schema.ts'
import { visible } from './visible.ts'

/** A tool as its server describes it, made fit for models. */
export interface Definition {
  /** What its server calls it. */
  readonly tool: string
  /** What models call it: its server's name before its own, in Bedrock's letters. */
  readonly name: string
  readonly description: string
  readonly inputSchema: InputSchema['json']
  readonly check: z.ZodType
  /** Its server says that it changes nothing. */
  readonly isReadOnly: boolean
  /** The same as long as all that its server says of it is the same. */
  readonly hash: string
  /** Why it cannot be used; null when it can. */
  readonly fault: string | null
}

const MAX_DESCRIPTION = 2_000
const MAX_NAME = 64

/** What a server lists, tool by tool: one that cannot be used stands in nobody's way. What has no name is passed over. */
export function definitionsOf(server: string, listed: readonly unknown[]): readonly Definition[] {
  const definitions = new Map<string, Definition>()
  const names = new Set<string>()
  for (const raw of listed) {
    const definition = definitionOf(server, raw)
    if (!definition || definitions.has(definition.tool)) continue
    const name = names.has(definition.name) ? shortName(definition.name, definition.tool) : definition.name
    names.add(name)
    definitions.set(definition.tool, { ...definition, name })
  }
  return [...definitions.values()]
}

function definitionOf(server: string, raw: unknown): Definition | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const { name: tool, description, title, inputSchema, annotations } = raw as Record<string, unknown>
  if (typeof tool !== 'string' || tool === '' || tool.length > 256) return undefined
  const words = [title, description].filter((text) => typeof text === 'string').map(visible)
  return {
    tool,
    name: modelName(server, tool),
    description: words.join('\n').slice(0, MAX_DESCRIPTION).toWellFormed() || tool,
    isReadOnly: (annotations as { readOnlyHint?: unknown } | null | undefined)?.readOnlyHint === true,
    hash: hashOf({ tool, description, title, inputSchema, annotations }),
    ...schemaOf(inputSchema),
  }
}

function schemaOf(raw: unknown): Pick<Definition, 'inputSchema' | 'check' | 'fault'> {
  try {
    const { json, check } = inputSchemaOf(raw)
    return { inputSchema: json, check, fault: null }
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error
    const { json, check } = inputSchemaOf({ type: 'object' })
    return { inputSchema: json, check, fault: error.message }
  }
}

function modelName(server: string, tool: string): string {
  const name = `${server}__${tool.replace(/[^a-zA-Z0-9_-]/g, '_')}`
  return name.length > MAX_NAME ? shortName(name, tool) : name
}

/** A name that is told from others by a piece of the tool's hash. */
function shortName(name: string, tool: string): string {
  return `${name.slice(0, MAX_NAME - 9)}_${hashOf(tool).slice(0, 8)}`
}

/** The order of fields says nothing. */
function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value, sorted) ?? '')
    .digest('hex')
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
