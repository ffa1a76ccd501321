import assert from 'node:assert/strict'
import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A frame as it came: any JSON object. */
// biome-ignore lint/suspicious/noExplicitAny: a raw client knows no types; the tests compare whole frames.
export type Frame = Record<string, any>

/** A WebSocket that knows no dialect: it writes what it is given, and hands out what came, in order. */
export interface RawSocket extends Disposable {
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  send(frame: unknown): void
  /** The bytes as they are, JSON or not. */
  write(bytes: string | Buffer): void
  /** The next frame that nobody has read. Rejects when none comes within 10 s. */
  next(): Promise<Frame>
  /** The frames up to the first that fits, and that one. */
  until(fits: (frame: Frame) => boolean): Promise<Frame[]>
  /** What has come and was not read. */
  rest(): readonly Frame[]
}

const PATIENCE_MS = 10_000

/** Connects, and rejects when it is not let in. */
export async function openSocket(url: string): Promise<RawSocket> {
  const socket = new WebSocket(url)
  const waiting: Frame[] = []
  let arrived = Promise.withResolvers<void>()
  socket.on('message', (data, isBinary) => {
    assert.equal(isBinary, false, 'frames are text')
    waiting.push(JSON.parse(String(data)))
    arrived.resolve()
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await once(socket, 'open')

  const next = async (): Promise<Frame> => {
    const late = AbortSignal.timeout(PATIENCE_MS)
    while (waiting.length === 0) {
      arrived = Promise.withResolvers()
      const end = new Promise<never>((_, reject) => {
        late.addEventListener('abort', () => reject(new Error(`no frame within ${PATIENCE_MS} ms`)), { once: true })
        void closed.then((code) => waiting.length === 0 && reject(new Error(`closed with ${code}`)))
      })
      await Promise.race([arrived.promise, end])
    }
    return waiting.shift()!
  }
  return {
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    write: (bytes) => socket.send(bytes),
    next,
    async until(fits) {
      const frames: Frame[] = []
      do frames.push(await next())
      while (!fits(frames.at(-1)!))
      return frames
    },
    rest: () => waiting,
    [Symbol.dispose]: () => socket.terminate(),
  }
}

/** For `until`: the first frame of one of these types. */
export function ofType(...types: readonly string[]): (frame: Frame) => boolean {
  return ({ type }) => types.includes(type)
}
