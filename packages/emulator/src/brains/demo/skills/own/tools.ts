import type { ToolSpec } from '../../../../wire.ts'

/** A tool that tells what time it is. */
export function isClock({ name = '' }: ToolSpec): boolean {
  return /\b(?:current|local)_?(?:time|date)|\bclock\b/i.test(name)
}

/** The names of a tool's inputs. */
export function fieldsOf({ inputSchema }: ToolSpec): readonly string[] {
  return Object.keys(propertiesOf(inputSchema?.json))
}

/** The input that is one of some names, and these. */
export function choiceOf({
  inputSchema,
}: ToolSpec): { readonly field: string; readonly names: readonly string[] } | undefined {
  const found = Object.entries(propertiesOf(inputSchema?.json)).find(([, schema]) => Array.isArray(schema.enum))
  return found && { field: found[0], names: (found[1].enum as readonly unknown[]).map(String) }
}

/** What a tool has answered, if that is a JSON object. */
export function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  const value = valueIn(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

export function valueIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\[[^\]\n]*\]\n/, '')) // after a note of the program
  } catch {
    return undefined // plain words
  }
}

function propertiesOf(schema: unknown): Readonly<Record<string, { readonly enum?: unknown }>> {
  return (schema as { properties?: Record<string, { enum?: unknown }> } | undefined)?.properties ?? {} // JSON Schema of an object
}
