import { once } from 'node:events'
import { within } from './deadline.ts'

// biome-ignore lint/suspicious/noExplicitAny: a frame is whatever came over the wire
export type Frame = any

/** A WebSocket without any client of ours around it. */
export interface WireSocket extends AsyncDisposable {
  /** Text goes as it is. */
  send(frame: object | string): void
  /** The next frame that fits; those before it are passed over. */
  find(fits: (frame: Frame) => boolean, ms?: number): Promise<Frame>
  /** Every frame up to and including the first that fits. */
  until(fits: (frame: Frame) => boolean, ms?: number): Promise<Frame[]>
  /** The code with which it was closed. */
  readonly closed: Promise<number>
}

export async function openSocket(url: string, path: string): Promise<WireSocket> {
  const socket = new WebSocket(url.replace('http', 'ws') + path)
  const frames: Frame[] = []
  let look = (): void => {}
  socket.addEventListener('message', ({ data }) => {
    frames.push(JSON.parse(String(data)))
    look()
  })
  const closed = once(socket, 'close').then(([event]: { code: number }[]) => event!.code)
  await within(5_000, `${path} to open`, once(socket, 'open'))

  async function next(): Promise<Frame> {
    while (frames.length === 0) await new Promise<void>((resolve) => void (look = resolve))
    return frames.shift()
  }

  async function until(fits: (frame: Frame) => boolean): Promise<Frame[]> {
    const taken = [await next()]
    while (!fits(taken.at(-1))) taken.push(await next())
    return taken
  }

  return {
    closed,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    until: (fits, ms = 5_000) => within(ms, 'a frame', until(fits)),
    find: async (fits, ms = 5_000) => (await within(ms, 'a frame', until(fits))).at(-1),
    async [Symbol.asyncDispose]() {
      socket.close()
      await within(5_000, 'a socket to close', closed)
    },
  }
}
