import type { ErrorBody } from '@streambed/protocol'
import { type Self, selfText } from '../self.ts'
import { readFrame } from './frame.ts'
import type { LinkClose, OpenLink } from './transport.ts'

interface WebSocketOptions {
  /** Of the server, `http:` or `https:`. */
  readonly url: string
  readonly as: Self | undefined
  readonly WebSocket: typeof globalThis.WebSocket
  readonly headers: Readonly<Record<string, string>>
}

/** The native dialect as it is on the wire. */
export function websocketLink({ url, as, WebSocket, headers }: WebSocketOptions): OpenLink {
  return (listener) => {
    const socket = open()
    if (!socket) {
      queueMicrotask(() => listener.closed({ kind: 'unfit', error: lost('This page may not open a WebSocket.') }))
      return { send() {}, close() {} }
    }
    socket.onopen = () => listener.opened()
    socket.onmessage = ({ data }) => {
      listener.heard()
      const frame = typeof data === 'string' ? readFrame(data) : undefined
      if (frame) listener.received(frame)
    }
    socket.onclose = ({ code, reason }) => listener.closed(closeOf(code, reason))
    socket.onerror = () => {} // says nothing; a close follows
    return {
      send(frame) {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
      },
      close() {
        socket.onopen = socket.onmessage = socket.onclose = null
        socket.close()
      },
    }
  }

  function open(): WebSocket | undefined {
    const address = `${url.replace(/^http/, 'ws')}/ws${as ? `?as=${encodeURIComponent(selfText(as))}` : ''}`
    try {
      // Browsers take no headers; what runs in Node takes them in the place of the protocols.
      return Object.keys(headers).length > 0 ? new WebSocket(address, { headers } as never) : new WebSocket(address)
    } catch {
      return undefined // mixed content, or a policy of the page
    }
  }
}

function closeOf(code: number, reason: string): LinkClose {
  switch (code) {
    case 4401:
      return refused('unauthorized', reason || 'Sign in, or send a valid key.')
    case 4403:
      return refused('origin-refused', reason || 'That web page may not use this server.')
    case 1009:
      return { kind: 'too-large', error: { code: 'too-large', message: 'The message is too large.', retry: false } }
    case 4408:
      return { kind: 'lost', error: lost('This page fell too far behind.') }
    default:
      return { kind: 'lost', error: lost('The connection was lost.') }
  }
}

function refused(code: string, message: string): LinkClose {
  return { kind: 'refused', error: { code, message, retry: false } }
}

function lost(message: string): ErrorBody {
  return { code: 'unreachable', message, retry: true }
}
