import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.js'

/** Whether packages of Debian can be had here. */
export function isRootOnDebian() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
}

/**
 * Runs apt-get, after it has heard what there is. Resolves to whether all went well.
 *
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export async function aptGet(args, options = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  isUpToDate ||= (await run('apt-get', ['update', '-qq'], { env })) === 0
  return isUpToDate && (await run('apt-get', ['-qq', ...args], { env, ...options })) === 0
}

let isUpToDate = false

/**
 * The path of the first of these programs that is there.
 *
 * @param {readonly string[]} names
 * @param {string | undefined} given a path that goes before all others
 */
export function findProgram(names, given) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return [given, ...folders.flatMap((folder) => names.map((name) => join(folder, name)))].find(
    (path) => path && existsSync(path),
  )
}
