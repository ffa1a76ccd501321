import type { BedrockClientConfig, FoundationModelSummary } from '@aws-sdk/client-bedrock'
import type { StreambedError } from '@streambed/protocol'
import { type AccountModel, knownModels, mergeModels } from '../catalog.ts'
import type { ModelInfo } from '../model.ts'
import { failureOf } from './errors.ts'
import type { ConnectionOptions } from './sdk.ts'

/** Profiles come in pages of 100; an account with more than this many pages has its own way of choosing models. */
const MAX_PAGES = 10
const TIMEOUT_MS = 3_000
const FRESH_MS = 600_000
/** A failure is remembered for less long. */
const STALE_MS = 60_000

export interface ListOptions extends ConnectionOptions {
  /** Where the control plane (lists of models) is. Default: the region's own, or AWS_ENDPOINT_URL_BEDROCK. */
  readonly controlEndpoint?: string | undefined
  /** Told why the account could not be asked, each time the built-in table stands in for its list. */
  readonly onUnlisted?: ((why: StreambedError) => void) | undefined
}

/**
 * Asks the account for its models and inference profiles, at most once in ten minutes and for at most three seconds. An
 * account that cannot be asked gets the built-in table.
 */
export function listModels(options: ListOptions): (signal: AbortSignal) => Promise<readonly ModelInfo[]> {
  let cached: { readonly models: Promise<readonly ModelInfo[]>; until: number } | undefined

  return async (signal) => {
    signal.throwIfAborted()
    if (!cached || cached.until < performance.now()) {
      const entry = { models: ask(), until: performance.now() + FRESH_MS }
      cached = entry
      entry.models.catch(() => {
        entry.until = performance.now() + STALE_MS
      })
    }
    const { models } = cached
    return orAborted(
      models.catch(async (thrown) => {
        options.onUnlisted?.(failureOf(thrown, { model: '*', action: 'bedrock:ListFoundationModels' }).error)
        return knownModels(await regionOf(options))
      }),
      signal,
    )
  }

  async function ask(): Promise<readonly ModelInfo[]> {
    const { BedrockClient, ListFoundationModelsCommand, ListInferenceProfilesCommand } = await import(
      '@aws-sdk/client-bedrock'
    )
    const client = new BedrockClient(controlConfig(options))
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS)
    // Looking for credentials heeds no signal, so the wait for it all is bounded too.
    return orAborted(gather(), abortSignal).finally(() => client.destroy())

    async function gather(): Promise<readonly ModelInfo[]> {
      const [models, profiles, region] = await Promise.all([
        client.send(new ListFoundationModelsCommand({ byOutputModality: 'TEXT' }), { abortSignal }),
        profileIds(),
        client.config.region(),
      ])
      return mergeModels((models.modelSummaries ?? []).flatMap(accountModel), profiles, region)
    }

    async function profileIds(): Promise<readonly string[]> {
      const ids: string[] = []
      let nextToken: string | undefined
      for (let page = 0; page < MAX_PAGES; page++) {
        const command = new ListInferenceProfilesCommand({
          typeEquals: 'SYSTEM_DEFINED',
          maxResults: 100,
          ...(nextToken !== undefined && { nextToken }),
        })
        const answer = await client.send(command, { abortSignal })
        for (const { inferenceProfileId, status } of answer.inferenceProfileSummaries ?? []) {
          if (inferenceProfileId && status === 'ACTIVE') ids.push(inferenceProfileId)
        }
        nextToken = answer.nextToken
        if (!nextToken) break
      }
      return ids
    }
  }
}

function controlConfig({ region, controlEndpoint, profile, credentials }: ListOptions): BedrockClientConfig {
  return {
    ...(region !== undefined && { region }),
    ...(controlEndpoint !== undefined && { endpoint: controlEndpoint }),
    ...(profile !== undefined && { profile }),
    ...(credentials && { credentials, authSchemePreference: ['sigv4'] }),
    maxAttempts: 1,
  }
}

function accountModel(summary: FoundationModelSummary): AccountModel[] {
  const { modelId, modelName, providerName, inputModalities = [], outputModalities = [], modelLifecycle } = summary
  if (!modelId || !outputModalities.includes('TEXT')) return []
  return [
    {
      id: modelId,
      name: modelName ?? modelId,
      provider: providerName ?? '',
      streaming: summary.responseStreamingSupported ?? false,
      images: inputModalities.includes('IMAGE'),
      onDemand: summary.inferenceTypesSupported?.includes('ON_DEMAND') ?? false,
      lifecycle: modelLifecycle?.status === 'LEGACY' ? 'legacy' : 'active',
      endOfLife: modelLifecycle?.endOfLifeTime?.toISOString().slice(0, 10) ?? null,
    },
  ]
}

/** Without asking anybody: the table's ids depend on the region's geography alone. */
async function regionOf({ region }: ConnectionOptions): Promise<string> {
  return (
    region ??
    process.env['BEDROCK_REGION'] ??
    process.env['AWS_REGION'] ??
    process.env['AWS_DEFAULT_REGION'] ??
    'us-east-1'
  )
}

function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
