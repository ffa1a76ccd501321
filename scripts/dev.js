import { join } from 'node:path'
import { root } from './root.js'
import { run } from './run.js'
import { serverAddress } from './server-address.js'
import { setUp } from './set-up.js'

// npm run dev [-- flags of the server]: the server, started anew when a file changes, and Vite in front of it for the page.
// It answers from the demo model; `npm run dev -- --bedrock aws` asks Bedrock.
const node = await setUp({ page: false })

const argv = process.argv.slice(2)
const env = { STREAMBED_BEDROCK: 'demo', ...process.env }
const main = ['--watch', '--watch-preserve-output', 'packages/server/src/main.ts', ...argv]
const server = run(node, main, { cwd: root, env })

const vite = [join(root, 'node_modules/vite/bin/vite.js'), '--strictPort']
const pageEnv = { ...process.env, SERVER_ADDRESS: serverAddress({ argv, env, folder: root }) }
const page = run(node, vite, { cwd: join(root, 'packages/web'), env: pageEnv })

process.exitCode = await Promise.race([server, page])
process.emit('SIGTERM', 'SIGTERM') // to whichever still runs
