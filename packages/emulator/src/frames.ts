import { crc32 } from 'node:zlib'

/** One Bedrock event as an `application/vnd.amazon.eventstream` frame. The payload is JSON text. */
export function eventFrame(type: string, payload: string): Buffer {
  return encodeFrame(eventHeaders(type), payload)
}

/** A modelled error in the stream, such as `throttlingException`. */
export function exceptionFrame(type: string, payload: string): Buffer {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }
  return encodeFrame(encodeHeaders(headers), payload)
}

/** An error that the service's model does not know: no payload, the words are in the headers. */
export function errorFrame(code: string, message: string): Buffer {
  const headers = { ':error-code': code, ':error-message': message, ':message-type': 'error' }
  return encodeFrame(encodeHeaders(headers), '')
}

/**
 * Layout, all integers big-endian: total length, headers length, CRC-32 of these eight bytes, headers, payload, CRC-32 of
 * everything before it.
 */
export function encodeFrame(headers: Uint8Array, payload: string | Uint8Array): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
  const frame = Buffer.allocUnsafe(PRELUDE + headers.length + length + CHECKSUM)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(headers.length, 4)
  frame.set(headers, PRELUDE)
  if (typeof payload === 'string') frame.write(payload, PRELUDE + headers.length, 'utf8')
  else frame.set(payload, PRELUDE + headers.length)
  return seal(frame)
}

/** Bedrock writes every header as a string: length of the name, name, type 7, length of the value (2 bytes), value. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const header = Buffer.alloc(1 + Buffer.byteLength(name) + 3 + Buffer.byteLength(value))
      const at = 1 + header.write(name, 1)
      header.writeUInt8(at - 1, 0)
      header.writeUInt8(STRING, at)
      header.writeUInt16BE(header.length - at - 3, at + 1)
      header.write(value, at + 3)
      return header
    }),
  )
}

/** Writes both checksums of a frame anew, over whatever its bytes say. */
export function seal(frame: Buffer): Buffer {
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
  frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - CHECKSUM)), frame.length - CHECKSUM)
  return frame
}

/** Cuts recorded bytes at the frame borders, without decoding them. A last piece that is no whole frame stays as it is. */
export function* splitFrames(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0
    const end = length < PRELUDE + CHECKSUM || at + length > bytes.length ? bytes.length : at + length
    yield bytes.subarray(at, end)
    at = end
  }
}

/** The `:event-type` of an encoded frame; undefined when it has none (an exception) or is not one. */
export function eventType(frame: Buffer): string | undefined {
  const name = frame.indexOf(EVENT_TYPE)
  if (name !== PRELUDE) return undefined // the emulator and Bedrock write it first
  const at = name + EVENT_TYPE.length
  return frame.toString('utf8', at + 2, at + 2 + frame.readUInt16BE(at))
}

const PRELUDE = 12
const CHECKSUM = 4
const STRING = 7
const EVENT_TYPE = Buffer.concat([Buffer.from([11]), Buffer.from(':event-type'), Buffer.from([STRING])])

const known = new Map<string, Buffer>()

/** A stream repeats a handful of header blocks thousands of times, so each is encoded once. */
function eventHeaders(type: string): Buffer {
  const cached = known.get(type)
  if (cached) return cached
  const headers = encodeHeaders({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' })
  if (known.size < 64) known.set(type, headers)
  return headers
}
