import { ConfigError, readConfig, settingsTable } from './config.ts'
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
  const serving = await serve(readConfig({ env: process.env, argv, cwd: process.cwd() }))
  greet(serving)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(serving))
}

function greet({ url, model, welcome }: Serving): void {
  const who = model === 'demo' ? 'the demo model, which is rules and no AI' : 'Amazon Bedrock'
  console.error(`\n  Streambed is at ${url}, answered by ${who}.\n`)
  if (welcome) console.error(`  The first owner makes an account here, within a day:\n  ${welcome}\n`)
}

/** The terminal and npm may both pass one Ctrl-C on, so that it comes twice. */
const ONE_SIGNAL_MS = 1_000
let leavingSince: number | undefined

async function leave(serving: Serving): Promise<void> {
  if (leavingSince !== undefined) {
    if (performance.now() - leavingSince > ONE_SIGNAL_MS) process.exit(1)
    return
  }
  leavingSince = performance.now()
  console.error('Finishing what is running. Once more to leave at once.')
  await serving.drain()
  process.exit(0)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
