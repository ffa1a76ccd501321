import { type Piece, type SectionScanner, trimmedWords } from './sections.ts'

/** The two fields of an answer that is one JSON object: words for people, data for a program. */
export interface FieldNames {
  readonly words: string
  readonly data: string
}

/**
 * Takes an answer's two fields apart while it arrives, as `sectionScanner` does with sections: the words as they read, the data as
 * JSON text. Data that is no object is no data. However the text is cut into pieces, the joined result is the same, and each character
 * is read once. Holds back no more than an escape, and blanks at the edges of the words, which are dropped.
 *
 * An answer that is no JSON object, or has neither field, goes to `otherwise`: nothing held the model to one. Where the object has data
 * and no words, those are what follows it.
 */
export function fieldScanner(names: FieldNames, otherwise: SectionScanner): SectionScanner {
  let state: State = 'before'
  /** All of the answer, until it shows one of the fields. */
  let head: string | undefined = ''
  let key = ''
  let sequence = ''
  /** The first half of a character, whose other half is escaped apart. */
  let half = ''
  let depth = 0
  let inString = false
  let escaped = false
  let dataEnded = false
  let hasWords = false
  let after = ''
  const words = trimmedWords()
  let pieces: Piece[] = []

  return {
    get dataEnded() {
      return dataEnded || otherwise.dataEnded
    },
    push(text) {
      if (state === 'free') return otherwise.push(text)
      if (head !== undefined) head += text
      for (let at = 0; at < text.length; ) at = read(text, at)
      return take()
    },
    end() {
      if (head !== undefined) free()
      if (half !== '') say('')
      if (!hasWords) words.write(after, emit)
      return [...take(), ...(state === 'free' ? otherwise.end() : [])]
    },
  }

  /** Reads on from a place, and returns how far it got. */
  function read(text: string, at: number): number {
    switch (state) {
      case 'before':
      case 'object':
      case 'colon':
      case 'value':
        return readMark(text, at)
      case 'key':
        return readKey(text, at)
      case 'words':
        return readWords(text, at)
      case 'data':
      case 'other':
        return readValue(text, at)
      case 'after':
        if (hasWords) emit('stray', text.slice(at))
        else after += text.slice(at)
        return text.length
      case 'free':
        return text.length // it is all in what `free` has passed on
    }
  }

  /** What stands between keys and values. */
  function readMark(text: string, at: number): number {
    const mark = text[at]!
    if (/\s/.test(mark)) return at + 1
    if (state === 'before' && mark === '{') state = 'object'
    else if (state === 'object' && mark === ',') return at + 1
    else if (state === 'object' && mark === '"') [state, key] = ['key', '']
    else if (state === 'object' && mark === '}') end()
    else if (state === 'colon' && mark === ':') state = 'value'
    else if (state === 'value') return beginValue(mark, at)
    else end()
    return at + 1
  }

  /** The object is over, or is none. */
  function end(): void {
    if (head === undefined) state = 'after'
    else free()
  }

  function free(): void {
    state = 'free'
    pieces.push(...otherwise.push(head!))
    head = undefined
  }

  function readKey(text: string, at: number): number {
    const mark = text[at]!
    if (mark === '"' && !escaped) state = 'colon'
    else key += mark
    escaped = mark === '\\' && !escaped
    return at + 1
  }

  function beginValue(mark: string, at: number): number {
    if (key === names.words || key === names.data) head = undefined
    if (key === names.words && mark === '"') {
      state = 'words'
      hasWords = true
      return at + 1
    }
    state = key === names.data && mark === '{' ? 'data' : 'other'
    if (state === 'data') {
      dataEnded = false
      emit('data-start', '')
    }
    return at
  }

  function readWords(text: string, at: number): number {
    if (sequence !== '') return readEscape(text, at)
    const next = /["\\]/g
    next.lastIndex = at
    const found = next.exec(text)?.index ?? text.length
    if (found > at) say(text.slice(at, found))
    if (found === text.length) return found
    if (text[found] === '"') state = 'object'
    else sequence = '\\'
    return found + 1
  }

  function readEscape(text: string, at: number): number {
    sequence += text[at]
    const length = sequence[1] === 'u' ? 6 : 2
    if (sequence.length < length) return at + 1
    say(unescaped(sequence))
    sequence = ''
    return at + 1
  }

  /** Halves of a character that were escaped apart come together; one that stays alone is no character. */
  function say(text: string): void {
    const whole = half + text
    half = isHighHalf(whole.at(-1)) && text !== '' ? whole.at(-1)! : ''
    words.write(whole.slice(0, whole.length - half.length).toWellFormed(), emit)
  }

  /** A value as it stands, up to where it ends. */
  function readValue(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const mark = text[at]!
      if (escaped) escaped = false
      else if (inString) {
        escaped = mark === '\\'
        inString = mark !== '"'
      } else if (mark === '"') inString = true
      else if (mark === '{' || mark === '[') depth++
      else if (depth === 0 && (mark === ',' || mark === '}' || mark === ']')) return endValue(text, from, at)
      else if ((mark === '}' || mark === ']') && --depth === 0) return endValue(text, from, at + 1)
    }
    emitValue(text.slice(from))
    return text.length
  }

  function endValue(text: string, from: number, to: number): number {
    emitValue(text.slice(from, to))
    dataEnded ||= state === 'data'
    state = 'object'
    return to
  }

  function emitValue(text: string): void {
    if (text !== '') emit(state === 'data' ? 'data' : 'stray', text)
  }

  function emit(section: Piece['section'], text: string): void {
    const last = pieces.at(-1)
    if (last?.section === section && section !== 'data-start')
      pieces[pieces.length - 1] = { section, text: last.text + text }
    else pieces.push({ section, text })
  }

  function take(): readonly Piece[] {
    const taken = pieces
    pieces = []
    return taken
  }
}

/** Where the reading stands: before the object, between its fields, in one of them, after it, or with `otherwise`. */
type State = 'before' | 'object' | 'key' | 'colon' | 'value' | 'words' | 'data' | 'other' | 'after' | 'free'

function unescaped(sequence: string): string {
  try {
    return JSON.parse(`"${sequence}"`)
  } catch {
    return sequence.slice(1) // no sequence that JSON knows
  }
}

function isHighHalf(mark: string | undefined): boolean {
  return mark !== undefined && mark >= '\ud800' && mark <= '\udbff'
}
