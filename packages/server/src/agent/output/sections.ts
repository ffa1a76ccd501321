/** The two sections of an answer that is written for two readers: words for people, data for a program. */
export interface SectionTags {
  readonly words: string
  readonly data: string
  /** Must follow the name in every tag, so that nobody who does not know it can open a section. */
  readonly nonce?: string
}

/**
 * `stray` is what belongs to neither section: text around them, and data within the words. `data-start` has no text: it makes
 * the data before it void.
 */
export interface Piece {
  readonly section: 'words' | 'data-start' | 'data' | 'stray'
  readonly text: string
}

export interface SectionScanner {
  /** Whether the data section has been closed. */
  readonly dataEnded: boolean
  push(text: string): readonly Piece[]
  /** What was held back, now that nothing more comes. */
  end(): readonly Piece[]
}

/** An answer that has said this much without any tag has none: it is all words. In characters that are not blank. */
const UNTAGGED = 200

/**
 * Takes an answer's two sections apart while it arrives. However the text is cut into pieces, the joined result is the same.
 * Holds back no more than the longest tag, and blanks at the edges of the words, which are dropped.
 *
 * Within the words a data section is a quotation: it is stray and opens nothing; but if the words are never closed, the last such
 * quotation was the data after all. Within the data only its closing tag counts. Words that are opened again go on; of data that is
 * opened again the last counts. An answer without any tag is all words.
 */
export function sectionScanner(tags: SectionTags): SectionScanner {
  const suffix = tags.nonce === undefined ? '' : `-${tags.nonce}`
  const open = { words: `<${tags.words}${suffix}>`, data: `<${tags.data}${suffix}>` }
  const close = { words: `</${tags.words}${suffix}>`, data: `</${tags.data}${suffix}>` }

  const all = [open.words, open.data, close.words, close.data]

  let state: 'outside' | 'words' | 'data' | 'quoted' = 'outside'
  let held = ''
  let outside = ''
  let outsideLength = 0
  let tagged = false
  let quoted = ''
  let lastQuoted: string | undefined
  let dataEnded = false
  const words = trimmedWords()
  let pieces: Piece[] = []

  return {
    get dataEnded() {
      return dataEnded
    },
    push(text) {
      scan(text)
      return take()
    },
    end() {
      if (held !== '') say(held)
      held = ''
      if (state === 'quoted') lastQuoted = quoted
      if (state === 'words' || state === 'quoted') promote()
      if (!tagged && outside !== '') words.write(outside, emit)
      return take()
    },
  }

  function scan(text: string): void {
    const whole = held + text
    held = ''
    for (let from = 0; from < whole.length; ) {
      const at = whole.indexOf('<', from)
      if (at < 0) {
        say(whole.slice(from))
        return
      }
      if (at > from) say(whole.slice(from, at))
      const tag = candidates().find((candidate) => whole.startsWith(candidate, at))
      if (!tag && mayBecomeTag(whole, at)) {
        held = whole.slice(at)
        return
      }
      if (tag) pass(tag)
      else say('<')
      from = at + (tag?.length ?? 1)
    }
  }

  function mayBecomeTag(text: string, at: number): boolean {
    return candidates().some((tag) => text.length - at < tag.length && tag.startsWith(text.slice(at)))
  }

  /** Tags are never text, except in the data: there only its end counts. */
  function candidates(): readonly string[] {
    return state === 'data' ? [close.data] : all
  }

  function pass(tag: string): void {
    if (!tagged && outside !== '') emit('stray', outside)
    tagged = true
    if (tag === open.words) openWords()
    else if (tag === open.data) openData()
    else if (tag === close.words) closeWords()
    else closeData()
  }

  function openWords(): void {
    if (state === 'outside') state = 'words'
  }

  function openData(): void {
    if (state === 'outside') {
      state = 'data'
      dataEnded = false
      emit('data-start', '')
    } else {
      state = 'quoted'
      quoted = ''
    }
  }

  function closeWords(): void {
    state = 'outside'
    lastQuoted = undefined
  }

  function closeData(): void {
    if (state === 'quoted') {
      lastQuoted = quoted
      state = 'words'
    } else if (state === 'data') {
      dataEnded = true
      state = 'outside'
    }
  }

  function say(text: string): void {
    if (state === 'outside') sayOutside(text)
    else if (state === 'words') words.write(text, emit)
    else if (state === 'data') emit('data', text)
    else {
      quoted += text
      emit('stray', text)
    }
  }

  /** Before the first tag nobody knows yet whether there will be one. */
  function sayOutside(text: string): void {
    if (tagged) emit('stray', text)
    else if (outsideLength >= UNTAGGED) words.write(text, emit)
    else {
      outside += text
      outsideLength += text.replace(/\s/g, '').length
      if (outsideLength < UNTAGGED) return
      words.write(outside, emit)
      outside = ''
    }
  }

  /** The words were never closed: what looked quoted was the data. */
  function promote(): void {
    if (lastQuoted === undefined) return
    emit('data-start', '')
    emit('data', lastQuoted)
    dataEnded = true
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

/** Words without the blanks before the first and after the last of them. */
export function trimmedWords(): { write(text: string, emit: (section: 'words', text: string) => void): void } {
  let begun = false
  let blanks = ''
  return {
    write(text, emit) {
      const whole = blanks + text
      const from = begun ? whole : whole.trimStart()
      const said = from.trimEnd()
      blanks = begun || said !== '' ? from.slice(said.length) : ''
      if (said === '') return
      begun = true
      emit('words', said)
    },
  }
}
