import { crc32 } from 'node:zlib'
import { StreambedError } from '@streambed/protocol'

/** What a frame's headers say of it. */
export interface FrameHead {
  /** `event`, `exception` or `error`; anything else is not for us. */
  readonly kind: string
  /** The event's or exception's type, or the error's code. */
  readonly name: string
  /** Words of an `error` frame, which has no payload. */
  readonly message: string
}

/** Called once per whole frame. The payload lies in `bytes` from `start` to `end` and is only there during the call. */
export type OnFrame = (head: FrameHead, bytes: Buffer, start: number, end: number) => void

/** Cuts the bytes of an `application/vnd.amazon.eventstream` body into frames, however they were split on the way. */
export interface FrameReader {
  /** Throws `model-cut-short` for damaged bytes; the reader is of no use after that. */
  read(chunk: Uint8Array): void
  /** Whether the last frame was whole. */
  readonly isBetweenFrames: boolean
}

/** No frame of Bedrock's is near this long; a longer one is refused before memory is taken for it. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024

/**
 * A frame, all integers big-endian: total length, headers' length, CRC-32 of these eight bytes; headers; payload;
 * CRC-32 of everything before. Frames that lie whole inside a chunk are read where they lie; only one that spans chunks
 * is copied.
 */
export function frameReader(onFrame: OnFrame): FrameReader {
  return new Frames(onFrame)
}

class Frames implements FrameReader {
  readonly #onFrame: OnFrame
  #headers = NO_HEADERS
  // The frame that began in an earlier chunk: its bytes so far. Before its length is known, only the prelude.
  #partial: Buffer | undefined
  #filled = 0

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame
  }

  read(chunk: Uint8Array): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let at = this.#partial ? this.#finishPartial(this.#partial, bytes) : 0
    while (at + PRELUDE <= bytes.length) {
      const length = checkPrelude(bytes, at)
      if (at + length > bytes.length) break
      this.#takeFrame(bytes, at, length)
      at += length
    }
    if (at < bytes.length) this.#beginPartial(bytes, at)
  }

  get isBetweenFrames(): boolean {
    return this.#partial === undefined
  }

  #takeFrame(bytes: Buffer, at: number, length: number): void {
    const end = at + length - CHECKSUM
    if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32BE(end)) throw damaged('a checksum is wrong')
    const headEnd = at + PRELUDE + bytes.readUInt32BE(at + 4)
    // A stream repeats one header block thousands of times.
    if (!isSame(this.#headers.bytes, bytes, at + PRELUDE, headEnd)) {
      this.#headers = headersIn(bytes, at + PRELUDE, headEnd)
    }
    this.#onFrame(this.#headers.head, bytes, headEnd, end)
  }

  #beginPartial(bytes: Buffer, at: number): void {
    this.#filled = bytes.length - at
    this.#partial = Buffer.allocUnsafe(this.#filled < PRELUDE ? PRELUDE : checkPrelude(bytes, at))
    bytes.copy(this.#partial, 0, at)
  }

  /** Returns where the next frame begins, or the chunk's end while this one still lacks bytes. */
  #finishPartial(begun: Buffer, bytes: Buffer): number {
    let frame = begun
    let at = this.#fill(frame, bytes, 0)
    if (this.#filled === PRELUDE && frame.length === PRELUDE) {
      frame = this.#partial = Buffer.allocUnsafe(checkPrelude(begun, 0))
      begun.copy(frame)
      at = this.#fill(frame, bytes, at)
    }
    if (this.#filled === frame.length) {
      this.#partial = undefined
      this.#takeFrame(frame, 0, frame.length)
    }
    return at
  }

  #fill(frame: Buffer, bytes: Buffer, at: number): number {
    const copied = bytes.copy(frame, this.#filled, at)
    this.#filled += copied
    return at + copied
  }
}

/** A block of headers and what it says. */
interface Headers {
  readonly bytes: Uint8Array
  readonly head: FrameHead
}

const NO_HEADERS: Headers = { bytes: new Uint8Array(), head: { kind: '', name: '', message: '' } }

/** The blocks met so far: Bedrock writes a handful, the same ones in every answer. */
const known: Headers[] = []
const MAX_KNOWN = 16

function headersIn(bytes: Buffer, start: number, end: number): Headers {
  const met = known.find((headers) => isSame(headers.bytes, bytes, start, end))
  if (met) return met
  const headers = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), head: parseHeaders(bytes, start, end) }
  if (known.length < MAX_KNOWN) known.push(headers)
  return headers
}

/** For so few bytes a loop is faster than a call into Node. */
function isSame(block: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (block.length !== end - start) return false
  for (let i = 0; i < block.length; i++) if (block[i] !== bytes[start + i]) return false
  return true
}

const PRELUDE = 12
const CHECKSUM = 4
const STRING = 7

/** Returns the frame's length. */
function checkPrelude(bytes: Buffer, at: number): number {
  let crc = -1
  for (let i = at; i < at + 8; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  if (~crc >>> 0 !== bytes.readUInt32BE(at + 8)) throw damaged('a checksum is wrong')
  const length = bytes.readUInt32BE(at)
  if (length > MAX_FRAME_BYTES) throw damaged(`a frame claims ${length} bytes`)
  if (length < PRELUDE + CHECKSUM || bytes.readUInt32BE(at + 4) > length - PRELUDE - CHECKSUM) {
    throw damaged('the lengths in a frame contradict each other')
  }
  return length
}

/**
 * Each header: length of its name, name, type of its value, value. Bedrock writes strings only; the rest is skipped.
 */
function parseHeaders(bytes: Buffer, start: number, end: number): FrameHead {
  const values: Record<string, string> = Object.create(null)
  let at = start
  while (at < end) {
    const nameEnd = at + 1 + bytes[at]!
    if (nameEnd >= end) throw damaged('a header is broken')
    const name = bytes.toString('utf8', at + 1, nameEnd)
    const type = bytes[nameEnd]!
    const hasLength = type === STRING || type === 6
    const fixed = FIXED_SIZES[type]
    if ((!hasLength && fixed === undefined) || (hasLength && nameEnd + 3 > end)) throw damaged('a header is broken')
    const valueStart = nameEnd + (hasLength ? 3 : 1)
    at = valueStart + (hasLength ? bytes.readUInt16BE(nameEnd + 1) : fixed!)
    if (at > end) throw damaged('a header is broken')
    if (type === STRING) values[name] = bytes.toString('utf8', valueStart, at)
  }
  const kind = values[':message-type'] ?? ''
  const name = kind === 'event' ? ':event-type' : kind === 'exception' ? ':exception-type' : ':error-code'
  return { kind, name: values[name] ?? '', message: values[':error-message'] ?? '' }
}

/** Bytes of a header's value by its type: true, false, byte, short, int, long, –, –, timestamp, uuid. */
const FIXED_SIZES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]

/** For eight bytes a table is ten times faster than a call into zlib. */
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

function damaged(what: string): StreambedError {
  return new StreambedError('model-cut-short', `Its bytes arrived damaged: ${what}.`)
}
