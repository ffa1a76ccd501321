import type { Surroundings } from '../src/connection/surroundings.ts'
import type { LinkClose, LinkListener, OpenLink, Request, TransportName } from '../src/transport/transport.ts'

/** Transports without a network: a test plays the other side of each link. */
export class FakeLinks {
  readonly all: FakeLink[] = []

  readonly open: Readonly<Record<TransportName, OpenLink>> = {
    websocket: (listener) => this.#link('websocket', listener),
    sse: (listener) => this.#link('sse', listener),
    'long-poll': (listener) => this.#link('long-poll', listener),
  }

  get last(): FakeLink {
    return this.all.at(-1)!
  }

  #link(transport: TransportName, listener: LinkListener): FakeLink {
    const link = new FakeLink(transport, listener)
    this.all.push(link)
    return link
  }
}

export class FakeLink {
  readonly transport: TransportName
  readonly listener: LinkListener
  readonly sent: Request[] = []
  isClosed = false

  constructor(transport: TransportName, listener: LinkListener) {
    this.transport = transport
    this.listener = listener
  }

  send(frame: Request): void {
    this.sent.push(frame)
  }

  close(): void {
    this.isClosed = true
  }

  /** Opens, and answers the first ping. */
  prove(): void {
    this.listener.opened()
    this.pong()
  }

  pong(): void {
    this.listener.heard()
    this.listener.received({ type: 'pong' })
  }

  break(kind: LinkClose['kind'] = 'lost'): void {
    this.listener.closed({ kind, error: { code: 'unreachable', message: 'It broke.', retry: true } })
  }
}

/** A page that a test hides, wakes and takes off the network. */
export class FakePage implements Surroundings {
  #calls = { woken() {}, offline() {} }
  #online = true

  readonly isOnline = () => this.#online

  listen(calls: { woken(): void; offline(): void }): () => void {
    this.#calls = calls
    return () => {
      this.#calls = { woken() {}, offline() {} }
    }
  }

  wake(): void {
    this.#calls.woken()
  }

  goOffline(): void {
    this.#online = false
    this.#calls.offline()
  }

  goOnline(): void {
    this.#online = true
    this.#calls.woken()
  }
}
