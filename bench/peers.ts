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
}

/** Which line all ratios refer to. */
export const YARDSTICK = 'AWS SDK on HTTP/1.1 keep-alive → SSE'

/** Starts every server on a core, all of them asking the same stand-in. */
export async function startPeers(
  { http1, http2 }: StandInUrls,
  core: number,
  stack: AsyncDisposableStack,
): Promise<readonly Peer[]> {
  const dataDir = mkdtempSync(join(import.meta.dirname, '.data-'))
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const streambed = await start('streambed', 'servers/streambed.ts', http1, {
    STREAMBED_DATA_DIR: dataDir,
    BEDROCK_MODEL_ID: MODEL,
    AWS_ENDPOINT_URL_BEDROCK: http1,
    PORT: '0',
    LOG_LEVEL: 'warn',
  })
  const sdkHttp1 = await start('sdk-http1', 'servers/sdk-relay.ts', http1, { TRANSPORT: 'http1' })
  const sdkDefault = await start('sdk-default', 'servers/sdk-relay.ts', http2)
  const aiSdk = await start('ai-sdk', 'servers/ai-sdk.ts', http1, { AI_SDK_LOG_WARNINGS: 'false' })
  const bytes = await start('byte-relay', 'servers/byte-relay.ts', http1)
  // Streambed's log moves to its last place within a second; that is part of what a token costs.
  const ours = { server: streambed, idle: 'websocket', restMs: 1_300 } as const
  const theirs = { dialect: 'chat', idle: 'http', restMs: 0 } as const
  return [
    { ...ours, name: '**Streambed**, `POST /api/chat`', dialect: 'chat' },
    { ...ours, name: '**Streambed**, event stream', dialect: 'events' },
    { ...ours, name: '**Streambed**, WebSocket', dialect: 'websocket' },
    { ...theirs, name: YARDSTICK, server: sdkHttp1 },
    { ...theirs, name: 'AWS SDK on its default transport → SSE', server: sdkDefault },
    { ...theirs, name: 'AI SDK 7 `streamText` → UI message stream', server: aiSdk },
    { ...theirs, name: 'floor: bytes relayed by `node:http`, nothing read', server: bytes },
  ]

  async function start(name: string, file: string, bedrock: string, env: NodeJS.ProcessEnv = {}): Promise<Child> {
    const observed = new URL('servers/observed.ts', import.meta.url).href
    return stack.use(
      await startChild({
        name,
        file,
        core,
        env: { ...ACCOUNT, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock, ...env },
        nodeOptions: ['--expose-gc', '--import', observed],
      }),
    )
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
