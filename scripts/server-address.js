import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * Where the server will listen that is started with these flags and variables in this folder; as in its own settings, the
 * first that is set counts.
 *
 * @param {{ argv: readonly string[], env: Record<string, string | undefined>, folder: string }} start
 */
export function serverAddress({ argv, env, folder }) {
  const flag = /(?:^|\s)--port[= ](\S+)/.exec(argv.join(' '))?.[1]
  return `http://localhost:${flag || env.PORT || portInFile(join(folder, '.env')) || 4000}`
}

function portInFile(path) {
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')).PORT : undefined
}
