import packageJson from '../../package.json' with { type: 'json' }
import { ConfigError } from '../config.ts'
import { type Command, Failed, UsageError } from './command.ts'

/** The commands by name; each is loaded when it is called. */
export const COMMANDS = {
  serve: { summary: 'run the server, as npm start does', load: async () => (await import('./serve.ts')).serve },
  chat: { summary: 'say something and read the answer', load: async () => (await import('./chat.ts')).chat },
  log: { summary: 'tell what happened in a conversation', load: async () => (await import('./log.ts')).log },
  audit: { summary: 'see whether the audit is what was written', load: async () => (await import('./audit.ts')).audit },
  doctor: {
    summary: 'see whether Bedrock, or a server behind a proxy, can be used',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  emulator: { summary: 'run a local Bedrock on its own', load: async () => (await import('./emulator.ts')).emulator },
} satisfies Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>

/** The command line. Resolves to the exit code, or to undefined when a server has begun that runs until a signal. */
export async function main(argv: readonly string[]): Promise<number | undefined> {
  const [name = '--help', ...rest] = argv
  if (name === '--help' || name === '-h' || name === 'help') return print(overview())
  if (name === '--version') return print(packageJson.version)
  if (!isCommand(name)) return refuse(`There is no command ${JSON.stringify(name)}; streambed --help lists them.`)
  const command = await COMMANDS[name].load()
  if (name !== 'serve') leaveWhenUnread()
  if (command.help !== undefined && (rest.includes('--help') || rest.includes('-h'))) return print(command.help)
  try {
    return await command.run(rest)
  } catch (error) {
    if (error instanceof UsageError) return refuse(`${error.message}\nstreambed ${name} --help tells more.`)
    if (error instanceof ConfigError) return refuse(error.message)
    if (!(error instanceof Failed)) throw error
    console.error(error.message)
    return 1
  }
}

/** Whoever read the output has seen enough, as `head` has, so there is nobody left to tell. A server lives on without. */
function leaveWhenUnread(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(0)
    })
  }
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name)
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  return `Streambed: streaming AI agents on Amazon Bedrock.

Usage: streambed <command> [options]

${lines.join('\n')}

streambed <command> --help tells more about one.`
}

function print(text: string): number {
  console.log(text)
  return 0
}

function refuse(text: string): number {
  console.error(text)
  return 2
}
