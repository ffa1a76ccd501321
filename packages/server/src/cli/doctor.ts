import { type ErrorCode, StreambedError } from '@streambed/protocol'
import type { Config } from '../config.ts'
import { MAX_SILENCE } from '../gateway/echo.ts'
import { type BedrockModel, bedrockModel } from '../model/bedrock/client.ts'
import { type CredentialSource, findCredentials, unfinishedCredentials } from '../model/bedrock/credentials.ts'
import { leastPolicy } from '../model/bedrock/policy.ts'
import { chooseDefault, lifecycleWarning } from '../model/catalog.ts'
import type { ModelInfo, ModelRequest, Price, TokenUsage } from '../model/model.ts'
import { cost, priceOf } from '../model/price.ts'
import { type Command, parse, settingsHere, UsageError } from './command.ts'
import { keyHeaders } from './find-server.ts'
import { printableLine } from './printable.ts'
import { dollars } from './receipt.ts'
import { lookThrough } from './through/through.ts'

export const doctor: Command = {
  help: `Sees whether Amazon Bedrock can be used from here, or a running server through what stands before it, and says what
is missing. Shows no secrets.

Usage: streambed doctor [--call]
       streambed doctor --through URL [--idle SECONDS]

  --call           also asks the model for one word, which costs a fraction of a cent
  --through URL    looks at the Streambed that answers there: TLS, WebSockets, streams, idle times, uploads, addresses,
                   origins; asks no model and leaves nothing behind. With sign-in it needs an API key in STREAMBED_KEY,
                   which may be one that only reads
  --idle SECONDS   for how long sockets and streams are left silent; 60 without it, 0 for not at all, at most ${MAX_SILENCE}

Each finding is a line: ✓ is well, ! could be better, ✗ is wrong.
Exit code 0 when nothing is known to be wrong, 1 otherwise.`,

  async run(argv) {
    const { values } = parse(argv, {
      call: { type: 'boolean' },
      through: { type: 'string' },
      idle: { type: 'string', default: '60' },
    })
    return values.through === undefined ? lookAtBedrock(values.call ?? false) : lookAt(values.through, values.idle)
  },
}

async function lookAt(address: string, idle: string): Promise<number> {
  const url = URL.parse(address)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--through is ${JSON.stringify(address)}; it must be a URL such as https://chat.example.com.`)
  if (!/^\d{1,3}$/.test(idle) || Number(idle) > MAX_SILENCE)
    throw new UsageError(
      `--idle is ${JSON.stringify(idle)}; it must be a whole number of seconds, at most ${MAX_SILENCE}.`,
    )
  if (Number(idle) > 0) console.error(`This takes ${idle} s more, in which sockets and streams are left silent.`)
  let healthy = true
  for await (const { is, text } of lookThrough({ url, key: keyHeaders(), idleMs: Number(idle) * 1_000 })) {
    console.log(`${MARKS[is]} ${printableLine(text)}`)
    healthy &&= is !== 'wrong'
  }
  return healthy ? 0 : 1
}

const MARKS = { ok: '✓', warning: '!', wrong: '✗' } as const

async function lookAtBedrock(calls: boolean): Promise<number> {
  const settings = settingsHere()
  const found = await findCredentials({ askInstance: true })
  let healthy = report(found.source !== 'none', CREDENTIALS[found.source](found))
  reportWhere(settings, found)
  if (found.source === 'none') return 1

  const { region, bedrockEndpoint: endpoint } = settings
  let unlisted: StreambedError | undefined
  const onUnlisted = (why: StreambedError) => void (unlisted = why)
  await using model = bedrockModel({ region, endpoint, retry: { attempts: 2 }, onUnlisted })
  const models = await model.list(AbortSignal.timeout(LONGEST_MS))
  const chosen = settings.modelId ?? chooseDefault(models)?.id
  if (chosen === undefined) return report(false, 'This account lists no model that could answer.') ? 0 : 1
  const warning = lifecycleWarning(chosen, new Date().toISOString().slice(0, 10))
  const origin = settings.modelId ? 'as BEDROCK_MODEL_ID says' : 'the first choice of the list below'
  healthy = report(warning === undefined, warning ?? `Model: ${chosen}, ${origin}.`) && healthy
  healthy = (calls ? await call(model, chosen) : await count(model, chosen)) && healthy

  console.log(`\n${listTitle(unlisted)}:\n`)
  console.log(models.map(modelLine).join('\n'))
  console.log(`\nThe least IAM policy for ${chosen}:\n\n${leastPolicy([chosen], region ?? '*', settings.guardrailId)}`)
  return healthy ? 0 : 1
}

const LONGEST_MS = 30_000

const CREDENTIALS: Readonly<Record<CredentialSource['source'], (found: CredentialSource) => string>> = {
  bearer: () => 'Credentials: a Bedrock API key, from AWS_BEARER_TOKEN_BEDROCK.',
  keys: () => 'Credentials: access keys, from the environment.',
  profile: (found) => `Credentials: the AWS profile ${found.source === 'profile' ? found.profile : ''}.`,
  'web-identity': () => 'Credentials: the role of AWS_ROLE_ARN, by web identity.',
  container: () => 'Credentials: the role of this container.',
  instance: () => 'Credentials: the role of this machine, from the instance metadata service.',
  none: () =>
    `Credentials: none were found, so the server answers from its demo model. ${
      unfinishedCredentials() ?? 'Set AWS_PROFILE, access keys or AWS_BEARER_TOKEN_BEDROCK.'
    }`,
}

function reportWhere({ region, bedrock, bedrockEndpoint }: Config, { source }: CredentialSource): void {
  if (region) report(true, `Region: ${region}.`)
  else console.log("- Region: none is set, so the AWS profile's own is used. If it has none, set BEDROCK_REGION.")
  if (bedrockEndpoint) console.log(`- Endpoint: ${bedrockEndpoint} stands in for Bedrock's own.`)
  if (bedrock === 'auto' && source === 'instance') {
    console.log('- Looking for such a role would delay every start, so the server must be told: STREAMBED_BEDROCK=aws')
  }
  if (bedrock === 'demo')
    console.log('- STREAMBED_BEDROCK is demo: the server does not ask Bedrock, whatever is found here.')
}

/** Counting tokens is free, and needs all that a call needs. */
async function count(model: BedrockModel, id: string): Promise<boolean> {
  try {
    const tokens = await model.tryCount(question(id), AbortSignal.timeout(LONGEST_MS))
    return report(true, `Bedrock answers: it counted ${tokens} tokens, which is free.`)
  } catch (error) {
    const { code, message } = StreambedError.of(error)
    if (REFUSALS.has(code)) return report(false, message)
    console.log(
      '- Bedrock counted no tokens for this model, so nothing is proved yet. Ask it with: streambed doctor --call',
    )
    return true
  }
}

/** What keeps every call from Bedrock; other failures may be those of counting alone. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'credentials-missing',
  'credentials-expired',
  'access-denied',
  'model-unreachable',
])

async function call(model: BedrockModel, id: string): Promise<boolean> {
  const began = performance.now()
  try {
    let usage: TokenUsage | undefined
    for await (const events of model.stream(question(id), AbortSignal.timeout(LONGEST_MS))) {
      usage = events.find((event) => event.type === 'usage') ?? usage
    }
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    return report(true, `Bedrock answers: in ${seconds} s, ${usage ? bill(id, usage) : 'without telling its tokens'}.`)
  } catch (error) {
    return report(false, StreambedError.of(error).message)
  }
}

function question(model: string): ModelRequest {
  const text = 'Answer with the word: ready'
  return {
    model,
    system: '',
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    maxTokens: 16,
  }
}

function bill(id: string, usage: TokenUsage): string {
  const price = priceOf(id)
  const money = price ? `${dollars(cost(usage, price))} by the prices of ${price.date}` : 'of no known price'
  return `${usage.inputTokens} tokens in, ${usage.outputTokens} out, ${money}`
}

function listTitle(unlisted: StreambedError | undefined): string {
  if (!unlisted) return 'Models of this account and region'
  const needed = ' without bedrock:ListFoundationModels and bedrock:ListInferenceProfiles'
  const why = unlisted.code === 'access-denied' ? needed : ''
  return `Models of the built-in table, as the account cannot be asked for its own${why}`
}

function modelLine({ id, price, lifecycle, endOfLife }: ModelInfo): string {
  const legacy = lifecycle === 'legacy' ? `  legacy${endOfLife ? ` until ${endOfLife}` : ''}` : ''
  return `  ${id.padEnd(54)} ${price ? perMillion(price) : 'no known price'}${legacy}`
}

function perMillion({ input, output }: Price): string {
  const [read, written] = [input, output].map((microDollars) => `$${(microDollars / 1_000_000).toFixed(2)}`)
  return `${read} in, ${written} out per million tokens`
}

/** A line of the findings; returns whether it is good news. */
function report(isGood: boolean, sentence: string): boolean {
  console.log(`${isGood ? '✓' : '✗'} ${sentence}`)
  return isGood
}
