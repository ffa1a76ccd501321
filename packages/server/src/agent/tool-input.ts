import { errorWords } from './tool-output.ts'

/** The input's JSON. Never guesses: a piece of JSON is an error, and so are two. No text at all is what models write for `{}`. */
export function parseInput(text: string): { readonly value: unknown } | { readonly error: string } {
  if (text.trim() === '') return { value: {} }
  try {
    const value: unknown = JSON.parse(text)
    return nestsTooDeep(value) ? { error: `nested deeper than ${MAX_DEPTH} levels` } : { value }
  } catch (thrown) {
    return { error: errorWords(thrown, 300) }
  }
}

/** An input that could not be read was never used; the model is shown an empty one beside the error it got. */
export function readableInput(text: string): unknown {
  const parsed = parseInput(text)
  return 'value' in parsed ? parsed.value : {}
}

/** What nests deeper could be parsed, and then not be written down again. */
const MAX_DEPTH = 100

/** Whether JSON nests deeper than a tool's input may. */
export function nestsTooDeep(value: unknown): boolean {
  return isDeeper(value, MAX_DEPTH)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** The same for calls that are the same. */
export function repeatKey(name: string, input: unknown): string {
  return `${name} ${JSON.stringify(input)}`
}

/** How often a call was asked for, this time included. */
export function countRepeat(repeats: Map<string, number>, key: string): number {
  const count = (repeats.get(key) ?? 0) + 1
  repeats.set(key, count)
  return count
}
