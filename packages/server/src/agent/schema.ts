import * as z from 'zod'

/**
 * A tool's input as a JSON Schema (draft 2020-12) for the model. Says only what a model can use: no `$schema`, no bounds that
 * merely say "safe integer", no pattern that merely spells out a format.
 *
 * @throws TypeError when the input is not an object, or holds something that JSON cannot say, such as a date.
 */
export function inputSchema(input: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input', override: leaveOutWhatGoesWithoutSaying })
  if (schema.type !== 'object') throw new TypeError('the input of a tool must be an object')
  return schema
}

function leaveOutWhatGoesWithoutSaying({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
}
