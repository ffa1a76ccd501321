import { withLock } from './lock.js'
import { installPackages, isInstalled, pinnedNode } from './packages.js'
import { buildPage, isBuilt } from './page.js'

/**
 * Makes a checkout ready to run: installs what the lockfile names and builds the page, each only when it is missing or
 * stale. Several at once wait for each other. Resolves to the path of the Node that runs Streambed.
 *
 * @param {{ page: boolean }} needs whether the page must be built too
 */
export async function setUp({ page }) {
  refuseOldNode()
  const isReady = () => isInstalled() && (!page || isBuilt())
  if (!isReady()) {
    await withLock(async () => {
      if (!isInstalled()) await installPackages()
      if (page && !isBuilt()) await buildPage(pinnedNode())
    })
  }
  return pinnedNode()
}

function refuseOldNode() {
  if (Number.parseInt(process.versions.node, 10) >= 20) return
  console.error(
    `Streambed needs Node 20 or newer to set itself up; this is ${process.version}. ` +
      'Install a newer one from https://nodejs.org and run the command again.',
  )
  process.exit(1)
}
