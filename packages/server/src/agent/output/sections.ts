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
/** Models put blanks into tags; what has more of them is no tag, so that little is held back. */
const MAX_BLANKS = 8

/**
 * Takes an answer's two sections apart while it arrives. However the text is cut into pieces, the joined result is the same.
 * Holds back no more than the longest tag, and blanks at the edges of the words, which are dropped.
 *
 * Within the words a data section is a quotation: it is stray and opens nothing; but if the words are never closed, the last such
 * quotation was the data after all. Within the data only its closing tag counts. Words that are opened again go on; of data that is
 * opened again the last counts. In an answer that opens no section of words, all that stands outside the data is words: it is held
 * back until that is sure.
 */
export function sectionScanner(tags: SectionTags): SectionScanner {
  const readTag = tagReader(tags)

  let state: 'outside' | 'words' | 'data' | 'quoted' = 'outside'
  let held = ''
  /** What was said outside the sections and may be words: a text before, between and after the data. */
  let outside = ['']
  let outsideLength = 0
  let tagged = false
  let hasWords = false
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
      if (!hasWords) sayAllOutside()
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
      const tag = readTag(whole, at, state === 'data')
      if (tag === 'unfinished') {
        held = whole.slice(at)
        return
      }
      if (tag) pass(tag)
      else say('<')
      from = at + (tag?.length ?? 1)
    }
  }

  function pass({ section, closes }: Tag): void {
    tagged = true
    if (section === 'words') closes ? closeWords() : openWords()
    else closes ? closeData() : openData()
  }

  function openWords(): void {
    if (state !== 'outside') return
    state = 'words'
    hasWords = true
    const text = outside.join('')
    outside = ['']
    if (text !== '') emit('stray', text)
  }

  function openData(): void {
    if (state === 'outside') {
      state = 'data'
      dataEnded = false
      outside.push('')
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

  /** Before the first tag nobody knows yet whether there will be one, nor after it whether there will be one of words. */
  function sayOutside(text: string): void {
    if (hasWords) emit('stray', text)
    else if (!tagged && outsideLength >= UNTAGGED) words.write(text, emit)
    else {
      outside[outside.length - 1] += text
      outsideLength += text.replace(/\s/g, '').length
      if (!tagged && outsideLength >= UNTAGGED) sayAllOutside()
    }
  }

  function sayAllOutside(): void {
    outside.forEach((text, i) => {
      if (i > 0) words.endParagraph()
      words.write(text, emit)
    })
    outside = ['']
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

interface Tag {
  readonly section: 'words' | 'data'
  readonly closes: boolean
  readonly length: number
}

/**
 * Reads a tag of the sections where a `<` stands; undefined where there is none, `unfinished` where there may be one when more has
 * come. Tags are never text, except in the data: there only its end counts.
 */
function tagReader(tags: SectionTags): (text: string, at: number, inData: boolean) => Tag | 'unfinished' | undefined {
  const { words, data } = tagNames(tags)
  const longest = Math.max(words.length, data.length) + '</>'.length + MAX_BLANKS
  return (text, at, inData) => {
    const [head, slash, name, rest] = /^<\s*(\/?)\s*([^\s<>/]*)(\s*>?)/.exec(text.slice(at, at + longest))!
    const closes = slash !== ''
    if (inData && !closes && (name !== '' || rest !== '')) return undefined
    const names = inData ? [data] : [words, data]
    if (!rest!.endsWith('>')) {
      const mayGoOn = at + head.length === text.length && head.length < longest
      return mayGoOn && names.some((one) => (rest === '' ? one.startsWith(name!) : one === name))
        ? 'unfinished'
        : undefined
    }
    if (!names.includes(name!)) return undefined
    return { section: name === data ? 'data' : 'words', closes, length: head.length }
  }
}

/** The tags' names as they are written, with the nonce. */
export function tagNames({ words, data, nonce }: SectionTags): { readonly words: string; readonly data: string } {
  const suffix = nonce === undefined ? '' : `-${nonce}`
  return { words: words + suffix, data: data + suffix }
}

interface TrimmedWords {
  write(text: string, emit: (section: 'words', text: string) => void): void
  /** What is written next stands apart from what was written before. */
  endParagraph(): void
}

/** Words without the blanks before the first and after the last of them. */
export function trimmedWords(): TrimmedWords {
  let begun = false
  let blanks = ''
  let gap = ''
  return {
    write(text, emit) {
      if (text.trim() === '') {
        if (begun) blanks += text
        return
      }
      const whole = begun ? blanks + text : gap + text.trimStart()
      const said = whole.trimEnd()
      blanks = whole.slice(said.length)
      begun = true
      gap = ''
      emit('words', said)
    },
    endParagraph() {
      if (begun) gap = '\n\n'
      begun = false
      blanks = ''
    },
  }
}
