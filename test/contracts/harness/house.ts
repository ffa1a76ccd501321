import { fileURLToPath } from 'node:url'
import { type ServerProcess, startServer } from '../../chaos/harness/server.ts'
import { temporaryFolder } from '../../chaos/harness/temporary-folder.ts'

export interface House extends AsyncDisposable {
  readonly url: string
  readonly dataDir: string
  readonly server: ServerProcess
  /** The address of a WebSocket. */
  socketUrl(path: string): string
}

export interface HouseOptions {
  /** Where Bedrock is; without it the demo model answers, as fast as it can. */
  readonly bedrockUrl?: string
  readonly env?: Readonly<Record<string, string>>
}

export const AGENTS = fileURLToPath(new URL('../../../agents', import.meta.url))

/** The server as people start it, with the agents that ship, in a process and a folder of its own. */
export async function openHouse({ bedrockUrl, env }: HouseOptions = {}): Promise<House> {
  const folder = temporaryFolder()
  const server = await startServer({
    dataDir: folder.path,
    ...(bedrockUrl && { bedrockUrl }),
    env: { STREAMBED_AGENTS_DIR: AGENTS, STREAMBED_DEMO_PACE: 'instant', ...env },
  })
  return {
    url: server.url,
    dataDir: folder.path,
    server,
    socketUrl: (path) => `ws://127.0.0.1:${server.port}${path}`,
    async [Symbol.asyncDispose]() {
      await server.kill()
      folder[Symbol.dispose]()
    },
  }
}
