import { type CallId, grown, type NewEvent, type RunId } from '@streambed/protocol'
import type { ModelContent, ModelEvent, StopReason, TokenUsage } from '../model/model.ts'
import type { Hearing } from './output/hearing.ts'

/** What the model calls of one run share: one numbering of blocks, and call ids that are unique in the run. */
export interface Numbering {
  readonly run: RunId
  blocks: number
  readonly calls: Set<CallId>
  /** Sources that tools have named, until the answer has words to show them with. */
  citations: Citation[]
}

export interface Citation {
  readonly title: string
  readonly source: string
  readonly text?: string
}

/** What the model wants done: a tool's name and the JSON text of its input, perhaps cut. */
export interface HeardCall {
  readonly type: 'tool'
  readonly block: number
  readonly call: CallId
  readonly name: string
  input: string
}

interface HeardText {
  readonly type: 'text'
  readonly block: number
  /** As the model wrote it, with all that people are not shown. */
  text: string
  /** Whether people have seen a word of it. */
  shown: boolean
  /** Whether there is more than blanks in what they were shown. */
  says: boolean
}

interface HeardReasoning {
  readonly type: 'reasoning'
  readonly block: number
  text: string
  signature: string | undefined
  redacted: string | undefined
}

type Heard = HeardText | HeardReasoning | HeardCall

/** The progress that says that Bedrock is busy, and is active until it answers. */
export const MODEL_WAIT = 'model-wait'

interface TranscriptOptions {
  readonly showReasoning: boolean
  /** Hears the agent's output, where it has one. */
  readonly hearing?: Hearing | undefined
  now(): Date
}

/**
 * One model call as it is heard: turns the model's events into ours as they come, and keeps what the next call must be shown.
 * Models differ in how tidily they open and close blocks (Claude opens no text, others number twice); ours are always tidy.
 */
export class Transcript {
  stopReason: StopReason | undefined
  usage: TokenUsage | undefined
  readonly askedAt: Date
  /** When the first event of the answer came. */
  begunAt: Date | undefined
  /** Bedrock is busy, and the model waits to try again. */
  waiting = false

  readonly #numbering: Numbering
  readonly #options: TranscriptOptions
  readonly #heard: Heard[] = []
  /** The open blocks by the model's number. */
  readonly #open = new Map<number, Heard>()
  #waitLabel = ''

  constructor(numbering: Numbering, options: TranscriptOptions) {
    this.#numbering = numbering
    this.#options = options
    this.askedAt = options.now()
  }

  /** Our events for a batch of the model's. This is the way of every token: one pass, nothing awaited. */
  take(batch: readonly ModelEvent[], events: NewEvent[]): NewEvent[] {
    const { run } = this.#numbering
    for (const event of batch) {
      if (event.type === 'waiting') {
        this.#wait(event, events)
        continue
      }
      if (!this.begunAt) this.#begin(events)
      switch (event.type) {
        case 'text': {
          if (event.text === '' || this.stopReason) break
          const heard = this.#textAt(event.index, events)
          heard.text = grown(heard.text, event.text)
          const words = this.#options.hearing ? this.#options.hearing.text(event.text) : event.text
          if (words !== '') this.#show(heard, words, events)
          break
        }
        case 'reasoning': {
          if (event.text === '' || this.stopReason) break
          const heard = this.#reasoningAt(event.index, events)
          heard.text = grown(heard.text, event.text)
          if (!this.#options.showReasoning) break
          events.push({ type: 'reasoning-delta', run, block: heard.block, text: event.text })
          break
        }
        case 'reasoning-seal': {
          if (this.stopReason) break
          const heard = this.#reasoningAt(event.index, events)
          if (event.signature) heard.signature = (heard.signature ?? '') + event.signature
          if (event.redacted) heard.redacted = joinBase64(heard.redacted, event.redacted)
          break
        }
        case 'tool-start':
          if (!this.stopReason) this.#startTool(event, events)
          break
        case 'tool-input': {
          const heard = this.#open.get(event.index)
          if (heard?.type !== 'tool' || event.text === '' || this.stopReason) break
          heard.input = grown(heard.input, event.text)
          this.#options.hearing?.toolInput(heard.name, event.text)
          events.push({ type: 'tool-input-delta', run, call: heard.call, text: event.text })
          break
        }
        case 'citation': {
          const { title, source, text } = event
          this.#cite(event.index, text === undefined ? { title, source } : { title, source, text }, events)
          break
        }
        case 'block-end':
          this.#close(event.index, events)
          break
        case 'retract':
          this.#retract(event.replacement, events)
          break
        case 'usage':
          this.usage = event
          break
        case 'end':
          this.stopReason ??= event.stopReason
          break
      }
    }
    return events
  }

  /** Closes what is open. However the call ended, nothing comes after this. */
  close(events: NewEvent[]): void {
    if (this.waiting) this.#endWait('failed', events)
    const words = this.#options.hearing?.endText() ?? ''
    if (words !== '') this.#show(this.#textToShow(events), words, events)
    for (const index of [...this.#open.keys()]) this.#close(index, events)
  }

  /** The calls that the model has asked for, in its order. */
  get calls(): readonly HeardCall[] {
    return this.#heard.filter((heard) => heard.type === 'tool')
  }

  /** Whether there are words for people. */
  get hasWords(): boolean {
    return this.#heard.some((heard) => heard.type === 'text' && heard.says)
  }

  /** All the model has written so far, for estimates. */
  get written(): string {
    return this.#heard.map((heard) => (heard.type === 'tool' ? heard.name + heard.input : heard.text)).join('')
  }

  /** The answer as the next call must be shown it; `inputOf` tells a call's input, as far as it could be read. */
  content(inputOf: (call: HeardCall) => unknown): ModelContent[] {
    return this.#heard.map((heard) => contentOf(heard, inputOf))
  }

  #begin(events: NewEvent[]): void {
    this.begunAt = this.#options.now()
    if (this.waiting) this.#endWait('done', events)
  }

  #wait({ delayMs, error }: Extract<ModelEvent, { type: 'waiting' }>, events: NewEvent[]): void {
    this.waiting = true
    this.#waitLabel = WAIT_LABELS[error.code] ?? 'Bedrock is busy; trying again'
    const until = new Date(this.#options.now().getTime() + delayMs).toISOString()
    const { run } = this.#numbering
    events.push({ type: 'progress', run, id: MODEL_WAIT, label: this.#waitLabel, status: 'active', until })
  }

  #endWait(status: 'done' | 'failed', events: NewEvent[]): void {
    this.waiting = false
    events.push({ type: 'progress', run: this.#numbering.run, id: MODEL_WAIT, label: this.#waitLabel, status })
  }

  #textAt(index: number, events: NewEvent[]): HeardText {
    const open = this.#open.get(index)
    if (open?.type === 'text') return open
    return this.#openBlock<HeardText>(
      index,
      { type: 'text', block: ++this.#numbering.blocks, text: '', shown: false, says: false },
      events,
    )
  }

  /** Words for people. A block begins with its first one: what people are not shown has none. */
  #show(heard: HeardText, text: string, events: NewEvent[]): void {
    const { run, citations } = this.#numbering
    const { block } = heard
    if (!heard.shown) {
      heard.shown = true
      events.push({ type: 'text-start', run, block })
      for (const citation of citations) events.push({ type: 'citation', run, block, ...citation })
      this.#numbering.citations = []
    }
    heard.says ||= text.trim() !== ''
    events.push({ type: 'text-delta', run, block, text })
  }

  /** Where words go that were held back to the end: the block that is open, or one of their own. */
  #textToShow(events: NewEvent[]): HeardText {
    const open = [...this.#open.values()].find((heard) => heard.type === 'text')
    return open ?? this.#textAt(HELD_BACK, events)
  }

  #reasoningAt(index: number, events: NewEvent[]): HeardReasoning {
    const open = this.#open.get(index)
    if (open?.type === 'reasoning') return open
    const block = ++this.#numbering.blocks
    const fresh: HeardReasoning = { type: 'reasoning', block, text: '', signature: undefined, redacted: undefined }
    const heard = this.#openBlock(index, fresh, events)
    events.push({ type: 'reasoning-start', run: this.#numbering.run, block })
    return heard
  }

  #startTool({ index, call, name }: Extract<ModelEvent, { type: 'tool-start' }>, events: NewEvent[]): void {
    const block = ++this.#numbering.blocks
    const unique = this.#uniqueCall(call, block)
    this.#openBlock(index, { type: 'tool', block, call: unique, name, input: '' }, events)
    this.#options.hearing?.toolStart(name)
    events.push({ type: 'tool-start', run: this.#numbering.run, block, call: unique, name })
  }

  /** Some models number their calls anew in every answer, and some give no id at all. */
  #uniqueCall(call: CallId, block: number): CallId {
    const { calls } = this.#numbering
    let unique = call
    for (let n = block; unique === '' || calls.has(unique); n++)
      unique = `${call.slice(0, 40) || 'call'}_${n}` as CallId
    calls.add(unique)
    return unique
  }

  #openBlock<Block extends Heard>(index: number, heard: Block, events: NewEvent[]): Block {
    this.#close(index, events)
    this.#heard.push(heard)
    this.#open.set(index, heard)
    return heard
  }

  #close(index: number, events: NewEvent[]): void {
    const heard = this.#open.get(index)
    if (!heard) return
    this.#open.delete(index)
    const { run } = this.#numbering
    if (heard.type === 'text' && heard.shown) events.push({ type: 'text-end', run, block: heard.block })
    if (heard.type === 'reasoning')
      events.push({ type: 'reasoning-end', run, block: heard.block, ...this.#seal(heard) })
  }

  /** What stays on the server of a piece of reasoning: how to give it back, and all of it where nobody is shown it. */
  #seal(heard: HeardReasoning): { sealed?: unknown } {
    const seal = sealOf(heard)
    if (!this.#options.showReasoning) return { sealed: { text: heard.text, ...seal } }
    return Object.keys(seal).length === 0 ? {} : { sealed: seal }
  }

  #cite(index: number, citation: Citation, events: NewEvent[]): void {
    const open = this.#open.get(index)
    const last = this.#heard.findLast((heard) => heard.type === 'text')
    const heard = open?.type === 'text' ? open : (last ?? this.#textAt(index, events))
    const { run, citations } = this.#numbering
    if (heard.shown) events.push({ type: 'citation', run, block: heard.block, ...citation })
    else citations.push(citation)
  }

  /** The first block of words becomes the replacement, the others become nothing. */
  #retract(replacement: string, events: NewEvent[]): void {
    const { run } = this.#numbering
    this.#options.hearing?.retract()
    for (const [index, heard] of [...this.#open]) if (heard.type === 'text') this.#close(index, events)
    const texts = this.#heard.filter((heard) => heard.type === 'text')
    for (const heard of texts) {
      heard.text = ''
      heard.says = false
    }
    const [first, ...others] = texts.filter((heard) => heard.shown)
    if (first) {
      first.text = replacement
      first.says = replacement.trim() !== ''
      events.push({ type: 'text-retracted', run, block: first.block, replacement })
    } else if (replacement !== '') {
      const heard = this.#textAt(HELD_BACK, events)
      heard.text = replacement
      this.#show(heard, replacement, events)
      this.#close(HELD_BACK, events)
    }
    for (const { block } of others) events.push({ type: 'text-retracted', run, block, replacement: '' })
  }
}

/** No model numbers its blocks so. */
const HELD_BACK = -1

const WAIT_LABELS: Partial<Record<string, string>> = {
  'model-throttled': 'Bedrock is limiting requests; trying again',
  'model-unreachable': 'Bedrock cannot be reached; trying again',
  'model-timeout': 'The model did not answer in time; trying again',
  'credentials-expired': 'AWS does not take the credentials; trying again',
}

function contentOf(heard: Heard, inputOf: (call: HeardCall) => unknown): ModelContent {
  switch (heard.type) {
    case 'text':
      return { type: 'text', text: heard.text }
    case 'reasoning':
      return { type: 'reasoning', text: heard.text, ...sealOf(heard) }
    case 'tool':
      return { type: 'tool-use', call: heard.call, name: heard.name, input: inputOf(heard) }
  }
}

function sealOf({ signature, redacted }: HeardReasoning): { signature?: string; redacted?: string } {
  return { ...(signature && { signature }), ...(redacted && { redacted }) }
}

function joinBase64(before: string | undefined, more: string): string {
  if (before === undefined) return more
  return Buffer.concat([Buffer.from(before, 'base64'), Buffer.from(more, 'base64')]).toString('base64')
}
