import { root } from './root.js'
import { runApart } from './run.js'
import { setUp } from './set-up.js'

// npm start [-- --port 5000 …]: the app. Flags go to the server; `npm start -- --help` lists them.
const node = await setUp({ page: true })
process.exitCode = await runApart(node, ['packages/server/src/main.ts', ...process.argv.slice(2)], { cwd: root })
