import type { ServerResponse } from 'node:http'
import type { Duplex, Writable } from 'node:stream'
import { StreambedError } from '@streambed/protocol'
import type { WebSocket } from 'ws'
import type { Pages } from '../runs/follow.ts'
import { LIMITS } from './limits.ts'

/** One connection's way out. It holds some 64 KiB; a writer that waits for `ready` before each page never makes it hold more. */
export interface Outbox {
  write(text: string): void
  /** Writes a page of texts, each as a message of its own. */
  writeAll(texts: readonly string[]): void
  /** Nothing when there is room now, else resolves when there is. Rejects with `too-slow` when nothing was read for 30 s. */
  ready(signal: AbortSignal): Promise<void> | undefined
}

/** Writes pages as they come and no faster than they are read. Waiting for its reader it holds none of them. */
export async function pour<Item>(
  pages: Pages<Item>,
  outbox: Outbox,
  signal: AbortSignal,
  encode: (page: readonly Item[]) => readonly string[],
): Promise<void> {
  try {
    while (await pourOne()) await outbox.ready(signal)
  } finally {
    await pages.return()
  }

  /** Apart from the loop, whose variables would keep the page. */
  async function pourOne(): Promise<boolean> {
    const page = await pages.next()
    if (!page.done) outbox.writeAll(encode(page.value))
    return !page.done
  }
}

/** An event stream's way out, once its head is written. Its own mark must be `LIMITS.room` at most. */
export function responseOutbox(response: ServerResponse): Outbox {
  const { stream, write } = chunksOf(response)
  return {
    write,
    writeAll: (texts) => write(texts.join('')),
    ready(signal) {
      if (!stream.writableNeedDrain) return
      return drained(signal, (resolve) => {
        stream.once('drain', resolve)
        return () => stream.off('drain', resolve)
      })
    },
  }
}

/**
 * Chunks go to the socket as one text each. The response would make three pieces of them and wait for another tick, which costs
 * more than all else that is done for a token here (docs/decisions/0004-token-path.md).
 */
function chunksOf(response: ServerResponse): { readonly stream: Writable; write(text: string): void } {
  const { socket } = response
  // HTTP/1.0 has no chunks, and a response that still waits for an earlier one's end has no socket.
  if (!socket || !response.chunkedEncoding) {
    return { stream: response, write: (text) => void response.write(compact(text)) }
  }
  return {
    stream: socket,
    write: (text) => void socket.write(compact(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)),
  }
}

/** Node makes room for a text's longest form, three bytes for each letter, for as long as it waits. */
function compact(text: string): string | Buffer {
  return text.length > LIMITS.room / 4 ? Buffer.from(text) : text
}

/** A WebSocket's way out, with the socket under it. */
export function socketOutbox(socket: WebSocket, raw: Duplex): Outbox {
  let waiting: (() => void)[] = []
  const sent = (): void => {
    if (waiting.length === 0 || socket.bufferedAmount > LIMITS.room / 2) return
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  return {
    write: (text) => socket.send(text, sent),
    writeAll(texts) {
      if (socket.readyState === socket.OPEN) raw.write(framesOf(texts), sent)
    },
    ready: (signal) => (socket.bufferedAmount > LIMITS.room ? room(signal) : undefined),
  }

  function wait(resolve: () => void): () => void {
    waiting.push(resolve)
    return () => void (waiting = waiting.filter((other) => other !== resolve))
  }

  async function room(signal: AbortSignal): Promise<void> {
    while (socket.bufferedAmount > LIMITS.room) {
      await drained(signal, wait, () => [socket.bufferedAmount, untaken(raw)])
    }
  }
}

/**
 * Text messages as WebSocket frames, whole and unmasked as a server's are (RFC 6455, 5.2). One by one, ws would take two pieces
 * of memory and a system call for each.
 */
function framesOf(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text))
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headLength(length) + length, 0))
  let at = 0
  for (const [i, text] of texts.entries()) {
    const length = lengths[i]!
    frames[at] = 0x81 // a text, and all of it
    if (length < 126) frames[at + 1] = length
    else if (length < 65_536) {
      frames[at + 1] = 126
      frames.writeUInt16BE(length, at + 2)
    } else {
      frames[at + 1] = 127
      frames.writeBigUInt64BE(BigInt(length), at + 2)
    }
    at += headLength(length)
    at += frames.write(text, at)
  }
  return frames
}

function headLength(length: number): number {
  if (length < 126) return 2
  return length < 65_536 ? 4 : 10
}

/** Bytes of the text that is being sent which the system has not taken yet. A long one counts as written only when all of it is. */
function untaken(raw: Duplex): number {
  const { _handle } = raw as Duplex & { readonly _handle?: { readonly writeQueueSize?: number } } // node has no other name for it
  return _handle?.writeQueueSize ?? 0
}

/** Waits for a reader, but not for ever: until nothing of what is `left`, by any measure, becomes less. */
async function drained(
  signal: AbortSignal,
  wait: (resolve: () => void) => () => void,
  left: () => readonly number[] = () => [],
): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const forget = wait(resolve)
  let before = left()
  let timer = setTimeout(look, LIMITS.stalled)
  function look(): void {
    const now = left()
    const isRead = now.some((bytes, i) => before[i]! - bytes >= LIMITS.room)
    before = now
    if (isRead) timer = setTimeout(look, LIMITS.stalled)
    else reject(new StreambedError('too-slow'))
  }
  const aborted = (): void => reject(signal.reason)
  signal.addEventListener('abort', aborted)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', aborted)
    forget()
  }
}
