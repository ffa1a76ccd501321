import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root } from './root.js'

/** Outside the checkout, because an install empties node_modules; one for each checkout. */
const path = join(tmpdir(), `streambed-set-up-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`)
const LONGEST_WAIT_MS = 15 * 60_000

/** Runs `work` while no other set-up of this checkout is under way. Waits for its end, at most 15 minutes. */
export async function withLock(work) {
  const until = Date.now() + LONGEST_WAIT_MS
  for (let waited = false; !taken(); waited = true) {
    if (!waited) console.log('Another command is setting this checkout up; waiting for it …')
    if (Date.now() > until) throw new Error(`Waited 15 minutes for another set-up. If there is none, remove ${path}`)
    await wait(200)
  }
  try {
    await work()
  } finally {
    release()
  }
}

function taken() {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    process.on('exit', release)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!isAlive(owner())) rmSync(path, { force: true })
    return false
  }
}

function release() {
  process.off('exit', release)
  if (owner() === process.pid) rmSync(path, { force: true })
}

function owner() {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid) {
  try {
    return pid === undefined || process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM' // somebody else's
  }
}
