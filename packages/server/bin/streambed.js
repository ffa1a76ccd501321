#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The command line runs on Node 24. An older Node hands over to the one that is installed beside Streambed.
if (Number.parseInt(process.versions.node, 10) >= 24) {
  const { main } = await import('../src/cli/main.ts')
  const code = await main(process.argv.slice(2))
  if (code !== undefined) process.exit(code)
} else {
  const node = pinnedNode()
  if (!node) {
    console.error(`streambed needs Node 24 or newer; this is ${process.version}.
Install it from https://nodejs.org, or beside Streambed alone: npm install node@24 (in a checkout: npm ci).`)
    process.exit(1)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}

function pinnedNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
  } catch {
    return undefined // not installed here
  }
}
