import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import type { Dialect } from './load/clients.ts'
import { MODEL } from './servers/model.ts'
import type { StandInUrls } from './stand-in/main.ts'

/** One line of the table: a server, and the way in which its clients talk to it. */
export interface Peer {
  readonly name: string
  readonly server: Child
  readonly dialect: Dialect
  /** What an idle client has open. */
  readonly idle: 'http' | 'websocket'
  /** How long it goes on working after its clients have got everything, in milliseconds. */
  readonly restMs: number
  /** Whether it is worth the time to find out how many streams it holds. */
  readonly isHeld: boolean
  /** Another server of the same kind, in which nothing has happened yet. */
  startFresh(): Promise<Child>
}

/** Which line all ratios refer to. */
export const YARDSTICK = 'AWS SDK on HTTP/1.1 keep-alive → SSE'

/** Starts every server on a core, all of them asking the same stand-in. They live as long as the stack. */
export async function startPeers(
  { http1, http2 }: StandInUrls,
  core: number,
  stack: AsyncDisposableStack,
): Promise<readonly Peer[]> {
  const data = mkdtempSync(join(import.meta.dirname, '.data-'))
  stack.defer(() => rmSync(data, { recursive: true, force: true }))

  const startStreambed = () =>
    start('streambed', 'servers/streambed.ts', http1, settings(mkdtempSync(join(data, 'log-'))))
  const startSdkHttp1 = () => start('sdk-http1', 'servers/sdk-relay.ts', http1, { TRANSPORT: 'http1' })
  const startSdkDefault = () => start('sdk-default', 'servers/sdk-relay.ts', http2)
  const startAiSdk = () => start('ai-sdk', 'servers/ai-sdk.ts', http1, { AI_SDK_LOG_WARNINGS: 'false' })
  const startBytes = () => start('byte-relay', 'servers/byte-relay.ts', http1)

  // Streambed's log moves to its last place within a second; that is part of what a token costs.
  const ours = { server: stack.use(await startStreambed()), startFresh: startStreambed, restMs: 1_300 }
  const theirs = { dialect: 'chat', idle: 'http', restMs: 0 } as const
  return [
    { ...ours, name: '**Streambed**, `POST /api/chat`', dialect: 'chat', idle: 'http', isHeld: true },
    { ...ours, name: '**Streambed**, native event stream', dialect: 'events', idle: 'http', isHeld: false },
    { ...ours, name: '**Streambed**, WebSocket', dialect: 'websocket', idle: 'websocket', isHeld: true },
    { ...theirs, name: YARDSTICK, ...(await both(startSdkHttp1)), isHeld: true },
    { ...theirs, name: 'AWS SDK on its default transport → SSE', ...(await both(startSdkDefault)), isHeld: true },
    { ...theirs, name: 'AI SDK 7 `streamText` → UI message stream', ...(await both(startAiSdk)), isHeld: true },
    { ...theirs, name: 'floor: bytes relayed by `node:http`, not read', ...(await both(startBytes)), isHeld: false },
  ]

  async function both(startFresh: () => Promise<Child>): Promise<Pick<Peer, 'server' | 'startFresh'>> {
    return { server: stack.use(await startFresh()), startFresh }
  }

  function start(name: string, file: string, bedrock: string, env: NodeJS.ProcessEnv = {}): Promise<Child> {
    const observed = new URL('servers/observed.ts', import.meta.url).href
    return startChild({
      name,
      file,
      core,
      env: { ...ACCOUNT, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock, ...env },
      nodeOptions: ['--expose-gc', '--import', observed],
    })
  }

  function settings(dataDir: string): NodeJS.ProcessEnv {
    return {
      STREAMBED_DATA_DIR: dataDir,
      BEDROCK_MODEL_ID: MODEL,
      AWS_ENDPOINT_URL_BEDROCK: http1,
      PORT: '0',
      LOG_LEVEL: 'warn',
    }
  }
}

/** An account that only the stand-in knows, and nothing of whoever runs this. */
const ACCOUNT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  NODE_ENV: 'production',
}
