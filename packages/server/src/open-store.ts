import { join } from 'node:path'
import { type Config, ConfigError } from './config.ts'
import { type SqliteStoreOptions, sqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'

/** The file in the data folder that holds everything. */
export const storePath = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'streambed.db')

/**
 * The store in the data folder, which is made where there is none.
 *
 * @throws ConfigError in words for whoever starts the server or a command: it is in use, unusable, or may not be written to.
 */
export function openStore(
  config: Pick<Config, 'dataDir'>,
  told: Pick<SqliteStoreOptions, 'onCommit' | 'onDamage'> = {},
): Store {
  try {
    return sqliteStore({ path: storePath(config), ...told })
  } catch (cause) {
    if (!(cause instanceof Error && cause.constructor === Error)) throw cause
    const wanted = 'it must be a folder that this user may write to, with room left'
    const isOfSystem = 'code' in cause // all others are the store's own sentences
    const text = isOfSystem ? `STREAMBED_DATA_DIR is ${config.dataDir}; ${wanted} (${cause.message}).` : cause.message
    throw new ConfigError(text, { cause })
  }
}
