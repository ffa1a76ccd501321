import { root } from './root.js'
import { runApart } from './run.js'
import { setUp } from './set-up.js'

// node scripts/node.js <file> …: runs a file of the checkout with the pinned Node, after a set-up where one is needed.
const node = await setUp({ page: false })
process.exitCode = await runApart(node, process.argv.slice(2), { cwd: root })
