import { setTimeout as wait } from 'node:timers/promises'
import type { StreamEvent } from './answer/converse.ts'
import { BedrockError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Fault } from './faults.ts'
import { errorFrame, eventFrame, eventType, exceptionFrame } from './frames.ts'
import type { Line } from './journal.ts'
import { random } from './random.ts'

/** Sends an answer's body through whatever faults were ordered for it. */
export interface Sender {
  /** Returns a promise only when there is something to wait for. */
  event(event: StreamEvent): Promise<void> | undefined
  /** Sends an error in the stream and ends it. */
  exception(name: string, message: string): Promise<void>
  /** The end of an event stream. */
  finish(): Promise<void>
  /** A whole body that is no event stream. */
  body(status: number, headers: Readonly<Record<string, string>>, text: string): Promise<void>
  /** No more is wanted: the client has gone, or a fault has ended the answer. */
  readonly over: boolean
  /** A fault has ended the answer. */
  readonly broken: boolean
}

/** A stall ends by itself after this time, so that a forgotten one does not live for ever. */
const STALL_LIMIT_MS = 10 * 60_000

type FaultOf<Type extends Fault['type']> = Extract<Fault, { type: Type }>

export function sender(
  exchange: Exchange,
  line: Line,
  faults: readonly Fault[],
  streamHeaders: Readonly<Record<string, string>>,
): Sender {
  const all = <Type extends Fault['type']>(type: Type): FaultOf<Type>[] =>
    faults.filter((fault): fault is FaultOf<Type> => fault.type === type)
  const omitted = new Set(all('omit').map(({ event }) => event))
  const metadataFirst = all('metadata-first').length > 0
  const atEvent = faults.filter((fault) => 'at' in fault && typeof fault.at === 'number')
  const cutAfter = all('cut').find(({ afterBytes }) => afterBytes !== undefined)
  const flips = all('flip')
  const split = splitter(all('chunks')[0], all('split-utf8').length > 0)
  const pad = random(line.entry.path) // the same request gets the same bytes
  let held: StreamEvent | undefined
  let index = 0
  let bytesSent = 0
  let broken = false

  return {
    event,
    exception: (name, message) => endWith(exceptionFrame(name, JSON.stringify({ message }))),
    async finish() {
      if (held) await one(held)
      held = undefined
      if (!isOver()) await before() // a fault in place of an event after the last
      if (!exchange.hasHead && !isOver()) exchange.head(200, streamHeaders)
      if (!isOver()) await exchange.end()
    },
    async body(status, headers, text) {
      const bytes = Buffer.from(text)
      const length = cutAfter ? {} : { 'content-length': String(bytes.length) } // else a cut body would be waited for
      exchange.head(status, { ...headers, ...length })
      await send(bytes)
      if (!isOver()) await exchange.end()
    },
    get over() {
      return isOver()
    },
    get broken() {
      return broken
    },
  }

  function isOver(): boolean {
    return broken || exchange.signal.aborted
  }

  function event(next: StreamEvent): Promise<void> | undefined {
    if (isOver()) return undefined
    const name = nameOf(next)
    if (name !== undefined && omitted.has(name)) return undefined
    if (metadataFirst && name === 'messageStop') {
      held = next
      return undefined
    }
    if (held && name === 'metadata') {
      const stop = held
      held = undefined
      return (one(next) ?? Promise.resolve()).then(() => one(stop))
    }
    return one(next)
  }

  function one(next: StreamEvent): Promise<void> | undefined {
    if (atEvent.length === 0) return sendEvent(frameOf(next))
    return before().then((frameFaults) => (isOver() ? undefined : sendEvent(spoil(frameOf(next), frameFaults))))
  }

  /** What goes wrong before the event whose turn it is; returns the faults of the event itself. */
  async function before(): Promise<readonly Fault[]> {
    const here = atEvent.filter((fault) => 'at' in fault && fault.at === index)
    for (const fault of here) {
      if (isOver()) break
      if (fault.type === 'insert') await sendBytes(eventFrame(fault.event, JSON.stringify(fault.payload ?? {})))
      if (fault.type === 'delay') await pause(fault.ms)
      if (fault.type === 'stall') await stall()
      if (fault.type === 'cut') await cut(fault)
      if (fault.type === 'error-frame') {
        line.change({ error: fault.code ?? 'InternalFailure' })
        await endWith(errorFrame(fault.code ?? 'InternalFailure', fault.message ?? 'The stream failed.'))
      }
      if (fault.type === 'exception') {
        const payload = { message: fault.message ?? EXCEPTIONS[fault.name] ?? 'The stream failed.', ...fault.fields }
        line.change({ error: fault.name })
        await endWith(exceptionFrame(fault.name, JSON.stringify(payload)))
      }
    }
    return here
  }

  function sendEvent(frame: Buffer): Promise<void> | undefined {
    index++
    line.sent(1, 0)
    return sendBytes(frame)
  }

  function sendBytes(bytes: Buffer): Promise<void> | undefined {
    if (!exchange.hasHead) exchange.head(200, streamHeaders)
    return send(bytes)
  }

  function send(whole: Buffer): Promise<void> | undefined {
    const bytes = flipped(whole)
    const room = cutAfter ? cutAfter.afterBytes! - bytesSent : Infinity
    const part = bytes.length >= room ? bytes.subarray(0, room) : bytes
    bytesSent += part.length
    line.sent(0, part.length)
    const written = split ? inPieces(split(part)) : exchange.write(part)
    if (bytes.length < room) return written
    return (written ?? Promise.resolve()).then(() => cut(cutAfter!))
  }

  async function inPieces(pieces: Iterable<Buffer>): Promise<void> {
    for (const piece of pieces) {
      if (isOver()) return
      await exchange.write(piece)
      await exchange.flush()
    }
  }

  function flipped(bytes: Buffer): Buffer {
    for (const { bit } of flips) {
      const at = Math.floor(bit / 8) - bytesSent
      if (at < 0 || at >= bytes.length) continue
      bytes = Buffer.from(bytes)
      bytes[at]! ^= 0x80 >> (bit % 8)
    }
    return bytes
  }

  async function cut({ how = 'fin', code }: FaultOf<'cut'>): Promise<void> {
    if (!exchange.hasHead) exchange.head(200, streamHeaders)
    broken = true
    await exchange.cut(how, code)
  }

  async function endWith(frame: Buffer): Promise<void> {
    if (isOver()) return
    await sendBytes(frame)
    broken = true
    if (!exchange.signal.aborted) await exchange.end()
  }

  async function stall(): Promise<void> {
    if (!exchange.hasHead) exchange.head(200, streamHeaders)
    await exchange.flush()
    await pause(STALL_LIMIT_MS)
    if (!exchange.signal.aborted) await cut({ type: 'cut' })
  }

  async function pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: exchange.signal }).catch(() => {}) // only ever the signal
  }

  function frameOf(next: StreamEvent): Buffer {
    if ('bytes' in next) return next.bytes
    return eventFrame(next.event, JSON.stringify({ ...next.payload, p: ALPHABET.slice(0, Math.floor(pad() * 50) + 1) }))
  }
}

/** Waits before the head, or answers an HTTP error, if that is what was ordered. */
export async function beforeHead(exchange: Exchange, faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) {
    if (fault.type === 'http') throw new OrderedError(fault)
    if ((fault.type !== 'stall' && fault.type !== 'delay') || fault.at !== 'head') continue
    const ms = fault.type === 'stall' ? STALL_LIMIT_MS : fault.ms
    await wait(ms, undefined, { signal: exchange.signal }).catch(() => {}) // only ever the signal
    if (fault.type === 'stall' && !exchange.signal.aborted)
      throw new BedrockError('ServiceUnavailableException', 'Stalled.')
  }
}

/** An HTTP error that a fault asks for. */
export class OrderedError extends Error {
  readonly fault: FaultOf<'http'>

  constructor(fault: FaultOf<'http'>) {
    super(fault.message ?? 'An error was ordered.')
    this.fault = fault
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** What Bedrock says with each of its exceptions. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  throttlingException: 'Too many requests, please wait before trying again.',
  modelStreamErrorException: 'The system encountered an unexpected error during processing. Try your request again.',
  internalServerException: 'The system encountered an unexpected error during processing. Try your request again.',
  serviceUnavailableException: 'Bedrock is unable to process your request.',
  validationException: 'The model returned the following errors: the request could not be processed.',
  modelTimeoutException: 'Model has timed out in processing the request. Try your request again.',
}

function nameOf(event: StreamEvent): string | undefined {
  return 'event' in event ? event.event : eventType(event.bytes)
}

function spoil(frame: Buffer, faults: readonly Fault[]): Buffer {
  for (const fault of faults) {
    if (fault.type !== 'corrupt' && fault.type !== 'length') continue
    frame = Buffer.from(frame)
    if (fault.type === 'length') frame.writeUInt32BE(fault.length % 2 ** 32, 0)
    else if (fault.part === 'payload') frame = brokenPayload(frame)
    else frame[fault.part === 'prelude-crc' ? 8 : frame.length - 4]! ^= 0xff
  }
  return frame
}

/** Right checksums around text that is no JSON: its last brace is missing. */
function brokenPayload(frame: Buffer): Buffer {
  return eventFrame(
    eventType(frame) ?? 'contentBlockDelta',
    frame.toString('utf8', 12 + frame.readUInt32BE(4), frame.length - 5),
  )
}

function splitter(
  chunks: FaultOf<'chunks'> | undefined,
  insideCharacters: boolean,
): ((bytes: Buffer) => Iterable<Buffer>) | undefined {
  if (!chunks && !insideCharacters) return undefined
  const uneven = chunks?.seed === undefined ? undefined : random(chunks.seed)
  return function* (bytes) {
    let from = 0
    while (from < bytes.length) {
      const size = chunks ? Math.max(1, uneven ? Math.ceil(uneven() * chunks.size) : chunks.size) : bytes.length
      let to = Math.min(from + size, bytes.length)
      if (insideCharacters) to = insideNext(bytes, from, to)
      yield bytes.subarray(from, to)
      from = to
    }
  }
}

/** The first place in (from, to] that is inside a character of several bytes, else `to`. */
function insideNext(bytes: Buffer, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) if ((bytes[at]! & 0xc0) === 0x80) return at
  return to
}
