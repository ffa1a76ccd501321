import type { NewEvent, RunId } from '@streambed/protocol'
import type { ModelContent, ModelMessage } from '../../model/model.ts'
import { fieldScanner } from './fields.ts'
import type { Output, Writing } from './output.ts'
import { type SectionScanner, type SectionTags, sectionScanner, tagNames } from './sections.ts'
import type { StateWriter } from './state-writer.ts'

/** Hears an agent's output among what the model writes: words go on to people, data becomes live state. For one run. */
export interface Hearing {
  /** The words in a piece of the answer's text. */
  text(piece: string): string
  /** The words that were held back, now that this call's text is over. */
  endText(): string
  toolStart(name: string): void
  toolInput(name: string, piece: string): void
  /** What the state has become since the last time. */
  changes(): Promise<readonly NewEvent[]>
  /** The words are taken back, and so is all that was written beside them, in this call and before. */
  retract(): void
  /** Settles what this call wrote. */
  settle(): Promise<Settled>
  /** From now on only data is heard: the model is repairing it, and has said its words. */
  mute(): void
  /** Takes back what never fitted, and says so. */
  giveUp(error: string): readonly NewEvent[]
}

interface Settled {
  readonly events: readonly NewEvent[]
  /** What is wrong with it, in words for the model. Null where nothing is, or it was taken back; undefined where nothing was written. */
  readonly unfit: string | null | undefined
}

export function hearing(writer: StateWriter, output: Output, { tags, fields }: Writing, run: RunId): Hearing {
  let scanner: SectionScanner | undefined
  let written = false
  let muted = false
  let retracted = false
  const begin = (): void => {
    written = true
    writer.begin()
  }

  return {
    text(piece) {
      if (!tags) return piece
      scanner ??= fields ? fieldScanner(tags, sectionScanner(tags)) : sectionScanner(tags)
      return take(scanner.push(piece))
    },
    endText() {
      const rest = scanner?.end() ?? []
      scanner = undefined
      return take(rest)
    },
    toolStart(name) {
      if ('tool' in output.by && name === output.by.tool) begin()
    },
    toolInput(name, piece) {
      if ('tool' in output.by && name === output.by.tool) writer.push(piece)
    },
    changes: () => writer.changes(),
    retract() {
      scanner = undefined
      retracted = true
    },
    async settle() {
      if (retracted) return { events: writer.takeBack(), unfit: null }
      if (!written) return { events: [], unfit: undefined }
      written = false
      const { events, error } = await writer.finish()
      return { events: error === null ? [...events, ended(true)] : events, unfit: error }
    },
    mute() {
      muted = true
    },
    giveUp: (error) => [...writer.giveUp(), ended(false, error)],
  }

  function take(pieces: ReturnType<SectionScanner['push']>): string {
    let words = ''
    for (const { section, text } of pieces) {
      if (section === 'words' && !muted) words += text
      if (section === 'data-start') begin()
      if (section === 'data') writer.push(text)
    }
    return words
  }

  function ended(ok: boolean, error?: string): NewEvent {
    return { type: 'output', run, name: output.name, ok, ...(error !== undefined && { error }) }
  }
}

/**
 * History as the model would have written it: its words in their section or field, and in its last answer the data as it stands now.
 * Where it has not answered yet, the state goes with the message.
 */
export function withOutput(
  history: readonly ModelMessage[],
  output: Output,
  writing: Writing,
  state: unknown,
): readonly ModelMessage[] {
  const { tags } = writing
  const last = tags ? history.findLastIndex(({ role, content }) => role === 'assistant' && content.some(isText)) : -1
  const messages = history.map((message, i): ModelMessage => {
    if (!tags || message.role === 'user') return message
    const lastText = i === last && state !== null ? message.content.findLastIndex(isText) : -1
    const write = writing.fields ? inFields : inSections
    const content = message.content.map((block, j) =>
      isText(block) ? write(block.text, j === lastText ? state : null, tags) : block,
    )
    return { ...message, content }
  })
  if (state === null || last >= 0) return messages
  const note: ModelContent = { type: 'text', text: `[The ${output.name} as it stands now: ${JSON.stringify(state)}]` }
  return messages.map((message, i) =>
    i < messages.length - 1 ? message : { ...message, content: [note, ...message.content] },
  )
}

type TextContent = Extract<ModelContent, { type: 'text' }>

function isText(content: ModelContent): content is TextContent {
  return content.type === 'text'
}

function inSections(words: string, data: unknown, tags: SectionTags): TextContent {
  const names = tagNames(tags)
  const sections = [
    inSection(words, names.words),
    ...(data === null ? [] : [inSection(JSON.stringify(data), names.data)]),
  ]
  return { type: 'text', text: sections.join('\n') }
}

function inSection(text: string, name: string): string {
  return `<${name}>\n${text}\n</${name}>`
}

function inFields(words: string, data: unknown, tags: SectionTags): TextContent {
  return { type: 'text', text: JSON.stringify({ [tags.words]: words, [tags.data]: data }) }
}
