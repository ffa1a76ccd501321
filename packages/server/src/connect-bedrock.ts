import { type Emulator, parsePace, startEmulator } from '@streambed/emulator'
import type { Filter } from './agent/filters/filter.ts'
import { type Config, ConfigError } from './config.ts'
import { guardrailFilter } from './filters/guardrail.ts'
import { PLACES } from './filters/places.ts'
import type { Mischief } from './gateway/demo.ts'
import { type BedrockModel, bedrockModel } from './model/bedrock/client.ts'
import { findCredentials, lastingKey, unfinishedCredentials } from './model/bedrock/credentials.ts'
import { chooseDefault, knownModels, lifecycleWarning } from './model/catalog.ts'
import type { Model } from './model/model.ts'
import { type Metrics, noMetrics } from './observe/metrics.ts'
import type { Log } from './runs/engine.ts'

export interface Bedrock extends AsyncDisposable {
  readonly model: Model
  /** Who answers: the demo model of the embedded emulator, or Bedrock. */
  readonly kind: 'demo' | 'bedrock'
  /** The model for agents that name none: what the settings say, or the best that this account has. */
  defaultModel(): string
  /** The guardrail, where it looks at more than answers. */
  readonly filters: readonly Filter[]
  /** What can be made to go wrong on purpose, where the demo model answers. */
  readonly mischief: Mischief | undefined
}

const DEMO_REGION = 'us-east-1'

/**
 * The way to a model. Without AWS credentials that is an emulator inside this process, reached by the very same client over a
 * socket. Looking for credentials reads files at most, and the account is asked for its models in the background: a start waits
 * for neither.
 *
 * @throws ConfigError when people sign in and the credentials are not fit for a server that others use.
 */
export async function connectBedrock(config: Config, log: Log, metrics: Metrics = noMetrics): Promise<Bedrock> {
  const kind = await whichBedrock(config)
  if (kind === 'bedrock' && !config.auth.includes('local')) checkKeys(log)
  await using stack = new AsyncDisposableStack()
  const emulator =
    kind === 'demo' ? stack.use(await startEmulator({ pace: parsePace(config.demoPace) ?? 'natural' })) : undefined
  const region = emulator ? DEMO_REGION : config.region
  const model = stack.use(
    bedrockModel({
      region,
      ...(emulator
        ? {
            endpoint: emulator.url,
            controlEndpoint: emulator.url,
            credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
          }
        : { endpoint: config.bedrockEndpoint, guardrail: guardrailOf(config) }),
      onIgnored(id, count) {
        metrics.ignored(id, count)
        log.warn({ model: id, count }, 'Bedrock sent events that this version does not know')
      },
    }),
  )

  const unfinished = kind === 'demo' && config.bedrock === 'auto' ? unfinishedCredentials() : undefined
  if (unfinished) log.warn({}, `${unfinished} The demo model answers.`)

  let best = chooseDefault(knownModels(region ?? DEMO_REGION))?.id
  if (config.modelId === undefined) void learnDefault()
  else warnOfLegacy(config.modelId)
  const owned = stack.move()
  return {
    model,
    kind,
    defaultModel: () => config.modelId ?? best!,
    filters: guardrailFilters(config, model, log),
    mischief: emulator && mischiefOf(emulator),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }

  async function learnDefault(): Promise<void> {
    try {
      best = chooseDefault(await model.list(AbortSignal.timeout(10_000)))?.id ?? best
    } catch (error) {
      log.warn({ err: error }, 'the account could not be asked for its models; using the built-in table')
    }
  }

  function warnOfLegacy(id: string): void {
    const warning = lifecycleWarning(id, new Date().toISOString().slice(0, 10))
    if (warning) log.warn({ model: id }, warning)
  }
}

function checkKeys(log: Log): void {
  switch (lastingKey()) {
    case 'AWS_BEARER_TOKEN_BEDROCK':
      throw new ConfigError(
        'AWS_BEARER_TOKEN_BEDROCK is a long-term Bedrock API key, which is for trying things out alone. Where people sign in, ' +
          'use a role of the machine or a short-term key.',
      )
    case 'AWS_ACCESS_KEY_ID':
      log.warn(
        {},
        'AWS_ACCESS_KEY_ID is a key that never ends. Use a role of the machine or temporary keys where people sign in.',
      )
  }
}

/** The emulator takes orders for what shall go wrong. */
function mischiefOf({ faults }: Emulator): Mischief {
  return {
    throttle: () => faults.add({ faults: { type: 'http', name: 'ThrottlingException', retryAfter: 3 }, times: 2 }),
    cut: () => faults.add({ faults: { type: 'cut', at: 16, how: 'rst' }, operation: 'ConverseStream' }),
  }
}

async function whichBedrock({ bedrock, bedrockEndpoint }: Config): Promise<Bedrock['kind']> {
  if (bedrock !== 'auto') return bedrock === 'demo' ? 'demo' : 'bedrock'
  if (bedrockEndpoint) return 'bedrock'
  return (await findCredentials()).source === 'none' ? 'demo' : 'bedrock'
}

function guardrailFilters({ guardrailId, guardrailChecks }: Config, model: BedrockModel, log: Log): readonly Filter[] {
  if (guardrailId === undefined || guardrailChecks.length === 0) return []
  const on = guardrailChecks.map((place) => PLACES[place])
  const apply: BedrockModel['applyGuardrail'] = async (text, source) => {
    try {
      return await model.applyGuardrail(text, source)
    } catch (error) {
      log.warn({ err: error }, 'the guardrail could not be asked, so nothing was let through')
      throw error
    }
  }
  return [guardrailFilter(apply, on)]
}

function guardrailOf({ guardrailId, guardrailVersion, guardrailMode }: Config) {
  return guardrailId ? { identifier: guardrailId, version: guardrailVersion, streamMode: guardrailMode } : undefined
}
