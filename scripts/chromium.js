import { aptGet, findProgram, isRootOnDebian } from './debian.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The path of a Chromium for the browser tests. On Debian, and as root, it is installed where it is missing; elsewhere a
 * sentence says what to do, and the tests that need it say that they were skipped.
 */
export async function findChromium() {
  const present = lookFor()
  if (present) return present
  if (isRootOnDebian()) {
    console.log('Installing Chromium for the browser tests (apt-get) …')
    await aptGet(['install', '-y', '--no-install-recommends', 'chromium'])
  }
  const installed = lookFor()
  if (!installed)
    console.error('NO CHROMIUM: the browser tests are skipped. Install it (on Debian: apt-get install chromium).')
  return installed
}

function lookFor() {
  return findProgram(NAMES, process.env.CHROMIUM)
}
