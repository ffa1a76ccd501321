import type { Brain, Piece } from '@streambed/emulator'

export interface Obedient extends Brain {
  /** Every request that it was asked with, as JSON. */
  readonly seen: readonly string[]
}

/** What makes it act: in a message, in a file or in what a tool says. */
export const order = (tool: string, input: object): string => `DO ${JSON.stringify({ tool, input })} DONE`

/**
 * A model that does whatever it reads: the newest words that anybody has put before it decide which tool it calls. Without an order it
 * says all words of the kind `canary…` that it was shown, so that whatever reaches the model reaches the reader.
 */
export function obedient(): Obedient {
  const seen: string[] = []
  return {
    name: 'obedient',
    seen,
    answer({ request }) {
      const shown = JSON.stringify(request)
      seen.push(shown)
      const newest = texts(request.messages?.at(-1)?.content).join('\n')
      const orders = [...newest.matchAll(/DO (\{.*?\}) DONE/gs)].map(([, json]) => json!)
      const known = new Set(request.toolConfig?.tools?.map(({ toolSpec }) => toolSpec?.name))
      const calls = orders.map(read).filter((call) => call !== undefined && known.has(call.tool))
      return { pieces: calls.length > 0 ? obey(calls as readonly Call[]) : tell(shown) }
    },
  }
}

interface Call {
  readonly tool: string
  readonly input: object
}

function read(json: string): Call | undefined {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // an order that was cut, or is inside of another text
  }
}

function* obey(calls: readonly Call[]): Generator<Piece> {
  yield { type: 'text', text: 'As you say.' }
  for (const { tool, input } of calls) {
    yield { type: 'tool', name: tool }
    yield { type: 'tool-input', json: JSON.stringify(input) }
  }
}

function* tell(shown: string): Generator<Piece> {
  yield { type: 'text', text: 'I was shown: ' }
  for (const word of new Set(shown.match(/canary\w+/g))) yield { type: 'text', text: `${word} ` }
}

/** All texts in a value, however deep. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.values(value).flatMap(texts)
}
