import { parse } from 'jsonriver'

export interface PartialJson {
  /** Takes more of the text. What it makes whole has been told when `settled` resolves. */
  push(text: string): void
  settled(): Promise<void>
  /** The whole document. Rejects with the reason why there is none. */
  end(): Promise<unknown>
}

export type Path = readonly (string | number)[]

/** In characters. */
const MAX_LENGTH = 256 * 1024
const MAX_DEPTH = 64
/** What comes after the last character of a value. */
const VALUE_END = /[,}\]]/

/**
 * Reads JSON while it arrives and tells of every value as soon as it is whole, the innermost first. Each character is read once: the
 * time grows with the text and not with its square. What stands around the object, such as a Markdown fence, is passed over.
 */
export function partialJson(onValue: (path: Path, value: unknown) => void): PartialJson {
  const text = textQueue()
  let length = 0
  let begun = false
  let held = ''
  let root: { readonly value: unknown } | undefined
  let failure: unknown
  const reading = read()

  return {
    push(piece) {
      const from = begun ? 0 : piece.indexOf('{')
      if (from < 0 || root || failure) return
      begun = true
      length += piece.length
      held += from === 0 ? piece : piece.slice(from)
      if (length > MAX_LENGTH) text.fail(new SyntaxError(`it is longer than ${MAX_LENGTH} characters`))
      else if (VALUE_END.test(piece)) release()
    },
    settled: () => Promise.race([text.emptied(), reading]),
    async end() {
      release()
      text.end()
      await reading
      if (root) return root.value
      throw begun
        ? (failure ?? new SyntaxError('it ends before it is whole'))
        : new SyntaxError('there is no JSON object in it')
    },
  }

  /** Reading costs more by the piece than by the character, so pieces wait for one in which a value may end. */
  function release(): void {
    if (held !== '') text.push(held)
    held = ''
  }

  /** Settles when nothing more will be read; never rejects. */
  async function read(): Promise<void> {
    try {
      for await (const _ of parse(text, { completeCallback: (value, path) => complete(value, path.segments()) })) {
        if (root) return
      }
    } catch (error) {
      if (!root) failure = error
    }
  }

  function complete(value: unknown, path: Path | undefined): void {
    if (!path || path.length > MAX_DEPTH) throw new SyntaxError(`it is nested deeper than ${MAX_DEPTH}`)
    if (path.length === 0) root = { value }
    onValue(path, value)
  }
}

/** Pieces of text on their way to one reader, which asks for the next when it is done with the last. */
function textQueue() {
  const waiting: string[] = []
  let ended: { readonly error?: unknown } | undefined
  let more = Promise.withResolvers<void>()
  let empty = Promise.withResolvers<void>()

  return {
    push(text: string): void {
      waiting.push(text)
      empty = Promise.withResolvers()
      more.resolve()
    },
    end(): void {
      ended ??= {}
      more.resolve()
    },
    fail(error: unknown): void {
      ended ??= { error }
      more.resolve()
    },
    emptied: (): Promise<void> => empty.promise,
    async *[Symbol.asyncIterator](): AsyncGenerator<string> {
      while (true) {
        while (waiting.length > 0) yield waiting.shift()!
        empty.resolve()
        if (ended?.error) throw ended.error
        if (ended) return
        await more.promise
        more = Promise.withResolvers()
      }
    },
  }
}
