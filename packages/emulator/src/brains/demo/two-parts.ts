import type { Turn } from './turn.ts'

/**
 * An answer for two readers, words and a document, as the request wants it: in two tagged sections that the system text shows, or in
 * two fields of the one object that the answer is held to.
 */
export interface TwoParts {
  /** Whether the document that is wanted has a field of this name. */
  has(field: string): boolean
  /** The document in its own last answer, or in a note of the program; null where there is none. */
  readonly soFar: unknown
  write(words: string, document?: object): string
}

/** Undefined where the request wants something else. */
export function twoPartsOf(turn: Turn): TwoParts | undefined {
  return fieldsIn(turn) ?? sectionsIn(turn)
}

function sectionsIn({ system, lastAnswer, note }: Turn): TwoParts | undefined {
  const [words, data] = [...system.matchAll(/^<([\w-]+)>$/gm)].map(([, name]) => name!)
  if (words === undefined || data === undefined) return undefined
  return {
    has: (field) => system.includes(`"${field}"`),
    soFar: parsed(new RegExp(`<${data}>([\\s\\S]*)</${data}>`).exec(lastAnswer)?.[1] ?? note),
    write(said, document) {
      const section = `<${words}>\n${said}\n</${words}>`
      return document ? `${section}\n<${data}>\n${JSON.stringify(document)}\n</${data}>` : section
    },
  }
}

function fieldsIn({ outputSchema, lastAnswer, note }: Turn): TwoParts | undefined {
  const { properties = {} } = (outputSchema ?? {}) as { readonly properties?: Readonly<Record<string, object>> }
  const names = Object.keys(properties)
  const words = names.find((name) => 'type' in properties[name]! && properties[name].type === 'string')
  const data = names.find((name) => name !== words)
  if (words === undefined || data === undefined || names.length > 2) return undefined
  const last = parsed(lastAnswer.slice(lastAnswer.lastIndexOf('\n') + 1)) as Readonly<Record<string, unknown>> | null
  const schema = JSON.stringify(properties[data])
  return {
    has: (field) => schema.includes(`"${field}"`),
    soFar: last?.[data] ?? parsed(note),
    write: (said, document = undefined) => JSON.stringify({ [words]: said, [data]: document ?? null }),
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null // words that look like it
  }
}
