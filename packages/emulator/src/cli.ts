import { parseArgs } from 'node:util'
import type { Brain } from './brains/brain.ts'
import { demoBrain } from './brains/demo/demo.ts'
import { openaiBrain } from './brains/openai.ts'
import { replayBrain } from './brains/replay.ts'
import { scriptFile } from './brains/script.ts'
import { startEmulator } from './emulator.ts'
import { type Pace, parsePace } from './pace.ts'

const HELP = `A local Amazon Bedrock: the same HTTP, the same bytes, no AWS account.

Usage: streambed-emulator [options]

  --port NUMBER         default 4747; 0 for any free port
  --host NAME           default 127.0.0.1; anyone who reaches the port can use it
  --brain NAME          who answers: demo (default), script, replay or openai
  --script FILE         for script: a JSON list of answers
  --replay FILE         for replay: recorded event-stream bytes; may be given several times
  --openai-url URL      for openai: up to and with the version, such as http://127.0.0.1:11434/v1
  --openai-model NAME   for openai: the server's own name of the model
  --pace PACE           instant, natural (default), TOKENS/S, or MS,TOKENS/S[,JITTER] such as 350,45,0.3
  --quiet               print the export line only
  --help                this text

An API key for the openai brain is read from OPENAI_API_KEY.
`

/**
 * The command line. Runs until a signal ends the process. Returns the exit code when there is nothing to run: 0 after
 * --help, 2 when an option is wrong.
 */
export async function main(
  args: readonly string[],
  out: (text: string) => void = console.log,
): Promise<number | undefined> {
  try {
    const options = read(args)
    if (options.help) {
      out(HELP.trimEnd())
      return 0
    }
    const emulator = await startEmulator({
      port: port(options.port),
      host: options.host,
      brain: brain(options),
      pace: pace(options.pace),
    })
    if (!options.quiet) {
      out(`The ${options.brain} model answers as Amazon Bedrock at ${emulator.url}. In another terminal:`)
      out('')
    }
    out(`export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${emulator.url}`)
    if (!options.quiet) {
      out(`export AWS_ENDPOINT_URL_BEDROCK=${emulator.url}`)
      out('export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any')
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close())
    return undefined
  } catch (error) {
    out(`${reasonOf(error as SystemError)}\nTry --help.`)
    return 2
  }
}

type Options = ReturnType<typeof read>

/** Node throws nothing but errors here; those of the system name what they are about. */
function reasonOf({ code, message, path, address, port }: SystemError): string {
  if (code === 'EADDRINUSE')
    return `Something listens at ${address}:${port} already. Name another --port, or 0 for any free one.`
  return code === 'ENOENT' && path !== undefined ? `${path} cannot be read: there is no such file.` : message
}

type SystemError = NodeJS.ErrnoException & { readonly address?: string; readonly port?: number }

function read(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4747' },
      host: { type: 'string', default: '127.0.0.1' },
      brain: { type: 'string', default: 'demo' },
      script: { type: 'string' },
      replay: { type: 'string', multiple: true },
      'openai-url': { type: 'string' },
      'openai-model': { type: 'string' },
      pace: { type: 'string', default: 'natural' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
}

function brain(options: Options): Brain {
  const { script, replay, 'openai-url': url, 'openai-model': model } = options
  switch (options.brain) {
    case 'demo':
      return demoBrain()
    case 'script':
      if (!script) throw new Error('--brain script needs --script FILE.')
      return scriptFile(script)
    case 'replay':
      if (!replay) throw new Error('--brain replay needs --replay FILE.')
      return replayBrain(...replay)
    case 'openai': {
      if (!url || !model) throw new Error('--brain openai needs --openai-url URL and --openai-model NAME.')
      const apiKey = process.env['OPENAI_API_KEY']
      return openaiBrain({ url, model, ...(apiKey ? { apiKey } : {}) })
    }
    default:
      throw new Error(`--brain is demo, script, replay or openai, not ${options.brain}.`)
  }
}

function port(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return number
  throw new Error(`--port is a number from 0 to 65535, not ${text}.`)
}

function pace(text: string): Pace {
  const parsed = parsePace(text)
  if (parsed === undefined) throw new Error(`--pace cannot be ${text}.`)
  return parsed
}
