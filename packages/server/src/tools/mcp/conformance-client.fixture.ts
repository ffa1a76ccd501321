import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolContext } from '../tool-context.fixture.ts'
import { mcpServers } from './servers.ts'

/** The client whom the conformance package asks to speak with its server: uses every tool that it offers. */
const url = process.argv.at(-1)!
await using servers = await mcpServers({
  servers: new Map([['site', { url, headers: {}, allow: ['loopback'], approval: 'never', timeoutSeconds: 20 }]]),
  pins: join(mkdtempSync(join(tmpdir(), 'streambed-mcp-')), 'pins.json'),
  version: '1',
  log: console,
})
for (const { run } of await servers.tools(true)) console.log(await run({ a: 5, b: 3 } as never, toolContext().context))
for (const { error } of await servers.list()) if (error !== null) throw new Error(error)
