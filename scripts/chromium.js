import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The path of a Chromium for the browser tests. On Debian, and as root, it is installed where it is missing; elsewhere a
 * sentence says what to do, and the tests that need it say that they were skipped.
 */
export async function findChromium() {
  const present = lookFor()
  if (present) return present
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) await installWithApt()
  const installed = lookFor()
  if (!installed)
    console.error('NO CHROMIUM: the browser tests are skipped. Install it (on Debian: apt-get install chromium).')
  return installed
}

function lookFor() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [process.env.CHROMIUM, ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))].find(
    (path) => path && existsSync(path),
  )
}

async function installWithApt() {
  console.log('Installing Chromium for the browser tests (apt-get) …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (await run('apt-get', ['update', '-qq'], { env })) return
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })
}
