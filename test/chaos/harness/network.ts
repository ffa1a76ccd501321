import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Socket } from 'node:net'
import type { Random } from './random.ts'

/** The way to a server that moves and a network that breaks: connections come in at one address for good. */
export interface Network extends AsyncDisposable {
  readonly url: string
  /** The server's port now; without one every connection is refused. */
  target: number | undefined
  /** Breaks each open connection with this likelihood. Returns how many. */
  cut(likelihood: number, random: Random): number
}

export async function openNetwork(): Promise<Network> {
  const open = new Set<Socket>()
  const network = { target: undefined as number | undefined }
  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => {}) // whoever breaks, the other side is told by its close
    if (network.target === undefined) return near.resetAndDestroy()
    const far = dial({ port: network.target, host: '127.0.0.1', noDelay: true })
    far.on('error', () => {})
    open.add(near)
    near.once('close', () => {
      open.delete(near)
      far.destroy()
    })
    far.once('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const { port } = server.address() as AddressInfo // it listens on TCP
  const cut = (near: Socket): void => void near.resetAndDestroy()

  return Object.assign(network, {
    url: `http://127.0.0.1:${port}`,
    cut(likelihood: number, random: Random) {
      const broken = [...open].filter(() => random.chance(likelihood))
      broken.forEach(cut)
      return broken.length
    },
    async [Symbol.asyncDispose]() {
      open.forEach(cut)
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      await promise
    },
  })
}
