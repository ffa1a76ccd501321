import type { Socket } from 'node:net'
import { openConnection } from './connection.ts'

/** The frames that are met here. */
const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

/** One WebSocket. */
export class WebSocketConnection {
  /** Resolves when the server has taken the upgrade. */
  readonly opened: Promise<void>
  readonly #socket: Socket
  readonly #onFrame: (text: string) => void
  #unread = ''
  #isOpen = false
  #open: () => void

  constructor(url: string, path: string, onFrame: (text: string) => void, onClose: (error: Error) => void) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.opened = promise
    this.#open = resolve
    this.#onFrame = onFrame
    this.#socket = openConnection(
      url,
      (text) => this.#take(text),
      (error) => {
        reject(error)
        onClose(error)
      },
    )
    const key = 'c3RyZWFtYmVkLWJlbmNoIQ=='
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    )
  }

  send(frame: object): void {
    this.#write(TEXT, Buffer.from(JSON.stringify(frame)))
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(received: string): void {
    const text = this.#unread + received
    let at = 0
    if (!this.#isOpen) {
      at = text.indexOf('\r\n\r\n') + 4
      this.#isOpen = at >= 4
      if (this.#isOpen) this.#open()
      else at = 0
    }
    while (this.#isOpen) {
      const end = this.#frame(text, at)
      if (end < 0) break
      at = end
    }
    this.#unread = text.slice(at)
  }

  /** Reads one frame and returns where the next one begins, or less than 0 when this one is not whole yet. */
  #frame(text: string, at: number): number {
    if (text.length < at + 2) return -1
    const short = text.charCodeAt(at + 1)
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
    if (text.length < start) return -1
    let length = short < 126 ? short : 0
    if (short >= 126) for (let i = at + 2; i < start; i++) length = length * 256 + text.charCodeAt(i)
    const end = start + length
    if (text.length < end) return -1
    const code = text.charCodeAt(at) & 15
    if (code === TEXT) this.#onFrame(text.slice(start, end))
    else if (code === PING) this.#write(PONG, Buffer.from(text.slice(start, end), 'latin1'))
    else if (code === CLOSE) this.#socket.end()
    return end
  }

  /** Clients must mask; a mask of zeros leaves everything as it is. */
  #write(code: number, payload: Buffer): void {
    const { length } = payload
    const size = length < 126 ? [128 | length] : [128 | 126, length >> 8, length & 255]
    this.#socket.write(Buffer.concat([Buffer.from([128 | code, ...size, 0, 0, 0, 0]), payload]))
  }
}
