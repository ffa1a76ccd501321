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
  let head: FrameHead = { kind: '', name: '', message: '' }
  let headBytes: Buffer = Buffer.alloc(0)
  // The frame that began in an earlier chunk: its bytes so far. Before its length is known, only the prelude.
  let partial: Buffer | undefined
  let filled = 0

  return {
    read(chunk) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      let at = partial ? finishPartial(bytes) : 0
      while (at + PRELUDE <= bytes.length) {
        const length = checkPrelude(bytes, at)
        if (at + length > bytes.length) break
        takeFrame(bytes, at, length)
        at += length
      }
      if (at < bytes.length) beginPartial(bytes, at)
    },
    get isBetweenFrames() {
      return partial === undefined
    },
  }

  function takeFrame(bytes: Buffer, at: number, length: number): void {
    const end = at + length - CHECKSUM
    if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32BE(end)) throw damaged('a checksum is wrong')
    const headEnd = at + PRELUDE + bytes.readUInt32BE(at + 4)
    // A stream repeats one header block thousands of times.
    if (headBytes.compare(bytes, at + PRELUDE, headEnd) !== 0) {
      head = parseHeaders(bytes, at + PRELUDE, headEnd)
      headBytes = Buffer.from(bytes.subarray(at + PRELUDE, headEnd))
    }
    onFrame(head, bytes, headEnd, end)
  }

  function beginPartial(bytes: Buffer, at: number): void {
    filled = bytes.length - at
    partial = Buffer.allocUnsafe(filled < PRELUDE ? PRELUDE : checkPrelude(bytes, at))
    bytes.copy(partial, 0, at)
  }

  /** Returns where the next frame begins, or the chunk's end while this one still lacks bytes. */
  function finishPartial(bytes: Buffer): number {
    let at = fill(bytes, 0)
    if (filled === PRELUDE && partial!.length === PRELUDE) {
      const prelude = partial!
      partial = Buffer.allocUnsafe(checkPrelude(prelude, 0))
      prelude.copy(partial)
      at = fill(bytes, at)
    }
    if (filled === partial!.length) {
      const frame = partial!
      partial = undefined
      takeFrame(frame, 0, frame.length)
    }
    return at
  }

  function fill(bytes: Buffer, at: number): number {
    const copied = bytes.copy(partial!, filled, at)
    filled += copied
    return at + copied
  }
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
