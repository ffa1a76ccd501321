import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'
import { run } from './run.js'

const web = join(root, 'packages/web')
/** As old as the sources that the last whole build began with; a broken build has none. */
const stamp = join(web, 'dist/.built')
const sources = ['packages/web', 'packages/client/src', 'packages/protocol/src', 'package-lock.json']

/** Whether the page is built from the sources as they are. */
export function isBuilt() {
  return existsSync(stamp) && statSync(stamp).mtimeMs >= newest(sources.map((path) => join(root, path)))
}

export async function buildPage(node) {
  console.log('Building the page …')
  const began = new Date()
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const failed = await run(node, [vite, 'build', '--logLevel', 'warn'], { cwd: web })
  if (failed) {
    console.error('The page could not be built; the reason is above.')
    process.exit(1)
  }
  writeFileSync(stamp, '')
  utimesSync(stamp, began, began)
}

/** When anything under these paths last changed, in milliseconds; a folder changes when something in it comes or goes. */
function newest(paths) {
  return Math.max(...paths.map((path) => Math.max(changed(path), newestInside(path))))
}

function newestInside(path) {
  if (!statSync(path).isDirectory()) return 0
  const inside = readdirSync(path, { withFileTypes: true }).filter(
    ({ name }) => name !== 'dist' && name !== 'node_modules',
  )
  return inside.length > 0 ? newest(inside.map(({ name }) => join(path, name))) : 0
}

function changed(path) {
  return path === web ? 0 : statSync(path).mtimeMs // the build itself puts dist into that folder
}
