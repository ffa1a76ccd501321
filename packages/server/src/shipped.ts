import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the built web app. */
export function shippedPage(): string {
  return shipped('../page', '../../web/dist')
}

/** The folder `agents` of where Streambed was started, or, without one, that of the agents which come with it. */
export function agentsHere(): string {
  const own = resolve('agents')
  return existsSync(own) ? own : shipped('../agents', '../../../agents')
}

/** Where something is in the package that npm installs and, failing that, in a checkout. */
function shipped(inPackage: string, inCheckout: string): string {
  const installed = fileURLToPath(new URL(inPackage, import.meta.url))
  return existsSync(installed) ? installed : fileURLToPath(new URL(inCheckout, import.meta.url))
}
