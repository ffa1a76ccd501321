/** What a tool's return value becomes: `value` is plain JSON for the log and people, `text` is what the model reads. */
export interface ToolOutput {
  readonly value: unknown
  readonly text: string
}

/**
 * Makes any value a tool may return fit for the log and the model: circles, bytes, BigInts and errors become words, what is
 * longer than `max` characters keeps its head and its tail. Throws only when the value itself throws while it is read.
 */
export function toolOutput(output: unknown, max: number): ToolOutput {
  if (typeof output === 'string') {
    const text = headAndTail(output.toWellFormed(), max)
    return { value: text, text: shown(text) }
  }
  const json = JSON.stringify(output, jsonSafe())
  if (json === undefined) return { value: null, text: shown('') }
  if (json.length > max) {
    const text = headAndTail(json, max)
    return { value: text, text }
  }
  const value: unknown = JSON.parse(json)
  return { value, text: outputText(value) }
}

/** The model's text for an output as the log has it. */
export function outputText(value: unknown): string {
  return shown(typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value))
}

/** Anything thrown, in words that are never empty. */
export function errorWords(thrown: unknown, max: number): string {
  return headAndTail(words(thrown).toWellFormed(), max) || 'The tool failed without saying why.'
}

/** Bedrock refuses blank text, and a model is better told. */
function shown(text: string): string {
  return text.trim() === '' ? '(no output)' : text
}

function headAndTail(text: string, max: number): string {
  if (text.length <= max) return text
  const head = Math.ceil(max * 0.75)
  const tail = max - head
  const left = (text.length - max).toLocaleString('en-US')
  const end = tail > 0 ? text.slice(-tail) : ''
  return `${text.slice(0, head)}\n\n[… ${left} characters left out …]\n\n${end}`.toWellFormed()
}

const MAX_DEPTH = 64

/** A replacer that turns what JSON cannot say into words. It sees a value before its `toJSON` does: `this` holds it. */
function jsonSafe(): (this: unknown, key: string, value: unknown) => unknown {
  const above: unknown[] = []
  return function replace(key, value) {
    const original = (this as Record<string, unknown>)[key] // JSON.stringify calls with the holder as `this`
    const bytes = byteLength(original)
    if (bytes !== undefined) return `[${bytes.toLocaleString('en-US')} bytes]`
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'string') return value.toWellFormed()
    if (value instanceof Error) return words(value)
    if (value instanceof Map || value instanceof Set) value = [...value]
    if (typeof value !== 'object' || value === null) return value

    while (above.length > 0 && above.at(-1) !== this) above.pop()
    if (above.includes(value)) return '[circular]'
    if (above.length >= MAX_DEPTH) return '[nested too deeply]'
    above.push(value)
    return value
  }
}

function byteLength(value: unknown): number | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return value.byteLength
  }
  return value instanceof Blob ? value.size : undefined
}

function words(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message).trim() || thrown.name
    if (typeof thrown === 'object' && thrown !== null) return JSON.stringify(thrown, jsonSafe()) ?? ''
    return thrown === undefined || thrown === null ? '' : String(thrown).trim()
  } catch {
    return '' // a value that cannot even be read has nothing to say
  }
}
