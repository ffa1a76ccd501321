import type { Socket } from 'node:net'
import { openConnection } from './connection.ts'

/** Takes a part of a body: what stands in `text` between the two places. */
export type OnBody = (text: string, from: number, to: number) => void

/** One connection for one request after the other. */
export class HttpConnection {
  readonly #socket: Socket
  readonly #host: string
  #state: 'head' | 'size' | 'chunk' | 'chunk-end' | 'last' | 'length' = 'head'
  #unread = ''
  /** Bytes of the body or chunk that are still to come. */
  #left = 0
  #status = 0
  #answer: { onBody: OnBody; onHead: () => void; resolve(): void; reject(error: Error): void } | undefined

  constructor(url: string) {
    this.#host = new URL(url).host
    this.#socket = openConnection(
      url,
      (text) => this.#take(text),
      (error) => this.#answer?.reject(error),
    )
  }

  /** Resolves at the end of the answer. */
  request(line: string, headers: string, body: string, onBody: OnBody, onHead: () => void = () => {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answer = { onBody, onHead, resolve, reject }
      const length = `content-length: ${Buffer.byteLength(body)}\r\n`
      this.#socket.write(`${line} HTTP/1.1\r\nhost: ${this.#host}\r\n${headers}${body && length}\r\n${body}`)
    })
  }

  /** Asks for JSON with JSON. */
  async json(line: string, body: object): Promise<unknown> {
    let text = ''
    const add: OnBody = (piece, from, to) => (text += piece.slice(from, to))
    await this.request(line, 'content-type: application/json\r\n', JSON.stringify(body), add)
    return JSON.parse(text)
  }

  close(): void {
    this.#answer = undefined
    this.#socket.destroy()
  }

  #take(received: string): void {
    const text = this.#unread + received
    this.#unread = ''
    let at = 0
    while (at < text.length) {
      const next = this.#step(text, at)
      if (next < 0) {
        this.#unread = text.slice(at)
        return
      }
      at = next
    }
  }

  /** Reads one part and returns where the next one begins, or less than 0 when this one is not whole yet. */
  #step(text: string, at: number): number {
    switch (this.#state) {
      case 'head': {
        const end = text.indexOf('\r\n\r\n', at)
        if (end < 0) return -1
        this.#begin(text.slice(at, end))
        return end + 4
      }
      case 'size': {
        const end = text.indexOf('\r\n', at)
        if (end < 0) return -1
        this.#left = Number.parseInt(text.slice(at, end), 16)
        this.#state = this.#left === 0 ? 'last' : 'chunk'
        return end + 2
      }
      case 'chunk':
      case 'length': {
        const end = Math.min(text.length, at + this.#left)
        this.#left -= end - at
        if (this.#status < 300) this.#answer?.onBody(text, at, end)
        else this.#refuse(text.slice(at, end))
        if (this.#left === 0 && this.#state === 'length') this.#end()
        else if (this.#left === 0) this.#state = 'chunk-end'
        return end
      }
      case 'chunk-end':
      case 'last':
        if (text.length < at + 2) return -1
        if (this.#state === 'last') this.#end()
        else this.#state = 'size'
        return at + 2
    }
  }

  #begin(head: string): void {
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    this.#left = Number(length ?? 0)
    this.#state = length === undefined ? 'size' : 'length'
    this.#answer?.onHead()
  }

  #refuse(text: string): void {
    this.#answer?.reject(new Error(`${this.#status}: ${text.slice(0, 300)}`))
  }

  #end(): void {
    this.#state = 'head'
    const answer = this.#answer
    this.#answer = undefined
    answer?.resolve()
  }
}
