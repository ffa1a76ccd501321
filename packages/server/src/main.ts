import { ConfigError, readConfig, settingsTable } from './config.ts'
import { lastResort } from './last-resort.ts'
import { type Serving, serve } from './serve.ts'

/** `npm start`: the server, until somebody ends it. */
async function main(): Promise<void> {
  const argv = process.argv.slice(2)
  if (argv.includes('--help')) {
    console.log(
      `Streambed: streaming AI agents on Amazon Bedrock.\n\nSettings, from flags, the environment or .env:\n\n${settingsTable()}`,
    )
    return
  }
  const config = readConfig({ env: process.env, argv, cwd: process.cwd() })
  const serving = await serve(config)
  greet(serving)
  const longestMs = config.drainSeconds * 1_000 + CLOSING_MS
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => heard(serving, longestMs))
  lastResort(serving.log, () => {
    process.exitCode = 1
    void leave(serving, longestMs)
  })
}

function greet({ url, model, welcome }: Serving): void {
  const who = model === 'demo' ? 'the demo model, which is rules and no AI' : 'Amazon Bedrock'
  console.error(`\n  Streambed is at ${url}, answered by ${who}.\n`)
  if (welcome) console.error(`  The first owner makes an account here, within a day:\n  ${welcome}\n`)
}

/** The terminal and npm may both pass one Ctrl-C on, so that it comes twice. */
const ONE_SIGNAL_MS = 1_000
/** How long the server may take to close when its answers are over. */
const CLOSING_MS = 4_500
let leavingSince: number | undefined

function heard(serving: Serving, longestMs: number): void {
  if (leavingSince !== undefined && performance.now() - leavingSince > ONE_SIGNAL_MS) process.exit(1)
  void leave(serving, longestMs)
}

async function leave({ drain, log }: Serving, longestMs: number): Promise<void> {
  if (leavingSince !== undefined) return
  leavingSince = performance.now()
  console.error('Finishing what is running. Once more to leave at once.')
  setTimeout(() => process.exit(1), longestMs)
  try {
    await drain()
  } catch (error) {
    log.error({ err: error }, 'the server could not be closed')
    process.exitCode = 1
  }
  process.exit()
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
