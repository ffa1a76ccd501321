#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`streambed-emulator needs Node 24 or newer; this is ${process.version}.
Install it from https://nodejs.org; npx streambed emulator also takes the one that npm install node@24 puts beside it.`)
  process.exit(2)
}
const { main } = await import('../src/cli.ts')
const code = await main(process.argv.slice(2))
if (code !== undefined) process.exitCode = code
