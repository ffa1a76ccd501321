import type { OutputConfig, Tool } from '@aws-sdk/client-bedrock-runtime'
import type { Features } from '../catalog.ts'
import type { HeldOutput, ModelRequest, ModelTool } from '../model.ts'
import { type StrictSchema, strictSchema } from './strict-schema.ts'

/** What of a request the model is held to: the answer's text, and the calls of these tools. */
export interface Structure {
  readonly outputConfig: OutputConfig | undefined
  readonly strict: ReadonlyMap<ModelTool, StrictSchema>
}

/**
 * What of a request a model can be held to. One grammar is made of it all, which has bounds; the answer comes first, then the tools in
 * their order as long as they fit.
 */
export function structureOf({ output, tools }: ModelRequest, features: Features): Structure {
  const held = features.jsonOutput && output ? fitting(output.schema) : undefined
  const room = { optional: MOST.optional - (held?.optional ?? 0), unions: MOST.unions - (held?.unions ?? 0) }
  const strict = new Map<ModelTool, StrictSchema>()
  for (const tool of features.strictTools ? tools.filter((tool) => tool.strict) : []) {
    const schema = strictSchema(tool.inputSchema)
    if (!schema || schema.optional > room.optional || schema.unions > room.unions) continue
    if (strict.size === MOST.tools) break
    strict.set(tool, schema)
    room.optional -= schema.optional
    room.unions -= schema.unions
  }
  return { outputConfig: held && outputConfigOf(output!, held), strict }
}

/** Whether an answer's schema can be enforced at all. */
export function isEnforceable({ schema }: Pick<HeldOutput, 'schema'>): boolean {
  return fitting(schema) !== undefined
}

/** Bedrock takes 20 strict tools, 24 optional properties and 16 unions; grammars come out too large well before that. */
const MOST = { tools: 20, optional: 12, unions: 12 }

function fitting(schema: HeldOutput['schema']): StrictSchema | undefined {
  const strict = strictSchema(schema)
  return strict && strict.optional <= MOST.optional && strict.unions <= MOST.unions ? strict : undefined
}

function outputConfigOf({ name }: HeldOutput, { schema }: StrictSchema): OutputConfig {
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
  return {
    textFormat: { type: 'json_schema', structure: { jsonSchema: { name: plain, schema: JSON.stringify(schema) } } },
  }
}

type Json = NonNullable<NonNullable<Tool.ToolSpecMember['toolSpec']['inputSchema']>['json']>

export function toolOf(tool: ModelTool, strict: StrictSchema | undefined): Tool {
  const { name, description, inputSchema } = tool
  const json = (strict?.schema ?? inputSchema) as Json // JSON Schema is JSON
  return { toolSpec: { name, description, inputSchema: { json }, ...(strict && { strict: true }) } }
}
