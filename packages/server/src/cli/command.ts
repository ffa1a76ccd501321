import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Config, readConfig } from '../config.ts'

/** One command of the command line. */
export interface Command {
  /** What `--help` prints; without it the command answers `--help` itself. */
  readonly help?: string
  /**
   * Does it, and resolves to the exit code; to undefined when a server has begun that runs until a signal.
   * @throws UsageError when the arguments cannot be used, Failed when it could not be done.
   */
  run(argv: readonly string[]): Promise<number | undefined>
}

/** Arguments that cannot be used. The message says which. */
export class UsageError extends Error {}

/** What kept a command from its work, for whoever typed it: a sentence that says what to do. */
export class Failed extends Error {}

/** `parseArgs`, whose complaints become a UsageError. */
export function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error }) // parseArgs throws nothing but errors
  }
}

/** The settings as the server here would have them. */
export function settingsHere(): Config {
  return readConfig({ env: process.env, argv: [], cwd: process.cwd() })
}
