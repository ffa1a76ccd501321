import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** A terminal and npm both pass one Ctrl-C on; what comes this close together was meant once. */
const SAME_PRESS_MS = 1000

/**
 * Runs a command to its end and resolves to its exit code: 128 and the signal's number where a signal ended it, as in a
 * shell. Signals are passed on; this process outlives the command.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options })
  const passOn = onePress((signal) => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)) // a terminal was closed
  for (const signal of SIGNALS) process.on(signal, passOn)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const signal of SIGNALS) process.off(signal, passOn)
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

/**
 * As `run`, for a Node that must get each signal once: it has a process group of its own, so that a terminal's Ctrl-C
 * reaches it through here alone. It ends with this process however this one ends.
 *
 * @param {string} node
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function runApart(node, args, options = {}) {
  const lifeline = new URL('lifeline.js', import.meta.url).href
  const detached = process.platform !== 'win32' // there it would open a window
  return run(node, ['--import', lifeline, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached,
    ...options,
  })
}

function onePress(act) {
  let last = Number.NEGATIVE_INFINITY
  return (signal) => {
    if (performance.now() - last < SAME_PRESS_MS) return
    last = performance.now()
    act(signal)
  }
}
