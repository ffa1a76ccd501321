import { connect, type Socket } from 'node:net'

/** Reads are handed over at once, so that all connections can share one place for them. */
const SHARED = Buffer.allocUnsafe(64 * 1024)

/** A raw connection that costs next to nothing to read from. Every byte comes as a character of its own. */
export function openConnection(url: string, onText: (text: string) => void, onClose: (error: Error) => void): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: {
      buffer: SHARED,
      callback(length) {
        onText(SHARED.toString('latin1', 0, length))
        return true
      },
    },
  })
  let failure = new Error('the server closed the connection')
  socket.once('error', (error) => (failure = error))
  socket.once('close', () => onClose(failure))
  socket.once('end', () => socket.end())
  return socket
}
