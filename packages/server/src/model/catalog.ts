import type { ModelInfo } from './model.ts'
import { geographyOf, parseModelId, rowOf } from './model-id.ts'
import table from './models.json' with { type: 'json' }
import { priceOf } from './price.ts'

/** What a request to a model may hold. */
export interface Features {
  readonly isClaude: boolean
  /** How it is told to think: within a budget of tokens, by effort, in Nova's words, or not at all. */
  readonly thinking: 'budget' | 'adaptive' | 'nova' | null
  /** Whether it keeps its thoughts to itself unless asked. */
  readonly thinkingDisplay: boolean
  /** Whether temperature and top-p may be set. */
  readonly sampling: boolean
  readonly promptCache: 'all' | 'no-tools' | null
  /** Whether its answer can be held to a JSON Schema. */
  readonly jsonOutput: boolean
  /** Whether its calls can be held to their tools' schemas. */
  readonly strictTools: boolean
}

/**
 * By the table; a Claude that is too new for it is taken to be like the newest in it, anything else to be plain. Only those that are
 * known for it are held to schemas: Bedrock refuses a request that asks it of another.
 */
export function featuresOf(model: string): Features {
  const { base } = parseModelId(model)
  const isClaude = base?.includes('anthropic.claude') ?? false
  const row = rowOf<ModelRow>(model, table.models as readonly ModelRow[])
  if (row) return { ...row, isClaude }
  const thinking = isClaude ? 'adaptive' : null
  return {
    isClaude,
    thinking,
    thinkingDisplay: isClaude,
    sampling: !isClaude,
    promptCache: isClaude ? 'all' : null,
    jsonOutput: false,
    strictTools: false,
  }
}

/** The table as a list, each model by the id that works in this region. Retired ones are left out. */
export function knownModels(region: string): readonly ModelInfo[] {
  const geography = geographyOf(region)
  return (table.models as readonly ModelRow[])
    .filter(({ lifecycle }) => lifecycle !== 'retired')
    .flatMap((row) => {
      const prefix = [geography, 'apac', 'global'].find((profile) => row.profiles.includes(profile))
      const isNear = prefix !== 'apac' || region.startsWith('ap-')
      if (prefix && isNear) return [infoOf(`${prefix}.${row.id}`, row)]
      return row.onDemand
        ? [infoOf(row.id, row)]
        : row.profiles.includes('global')
          ? [infoOf(`global.${row.id}`, row)]
          : []
    })
}

/** What Bedrock's control plane says of a foundation model. */
export interface AccountModel {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly streaming: boolean
  readonly images: boolean
  readonly onDemand: boolean
  readonly lifecycle: 'active' | 'legacy'
  readonly endOfLife: string | null
}

/**
 * What an account can use, joined with what the table knows: a model with an inference profile by its profile's id (the
 * region's own geography before `global`), one without by its own id if that can be called.
 */
export function mergeModels(
  models: readonly AccountModel[],
  profiles: readonly string[],
  region: string,
): readonly ModelInfo[] {
  const geography = geographyOf(region)
  const byBase = new Map<string, string>()
  for (const profile of profiles) {
    const { base, profile: prefix } = parseModelId(profile)
    if (base === undefined || prefix === undefined) continue
    const known = byBase.get(base)
    const isBetter = prefix === geography || (prefix !== 'global' && parseModelId(known ?? '').profile === 'global')
    if (known === undefined || isBetter) byBase.set(base, profile)
  }
  return models.flatMap((model) => {
    const row = rowOf<ModelRow>(model.id, table.models as readonly ModelRow[])
    const id = byBase.get(model.id) ?? (model.onDemand ? model.id : undefined)
    if (id === undefined || row?.lifecycle === 'retired') return []
    const known = row ? infoOf(id, row) : unknownInfo(id)
    const { name, provider, streaming, images } = model
    const isLegacy = model.lifecycle === 'legacy' || known.lifecycle === 'legacy'
    return [
      {
        ...known,
        name,
        provider,
        streaming,
        images,
        lifecycle: isLegacy ? 'legacy' : 'active',
        endOfLife: model.endOfLife ?? known.endOfLife,
      },
    ]
  })
}

/**
 * The model to use when nobody named one: the first of the table's defaults that is there and current, else any that
 * can be.
 */
export function chooseDefault(models: readonly ModelInfo[]): ModelInfo | undefined {
  const usable = models.filter(({ streaming, tools }) => streaming && tools)
  for (const id of table.defaults) {
    const found = usable.find((model) => parseModelId(model.id).base === id && model.lifecycle === 'active')
    if (found) return found
  }
  return usable.find(({ lifecycle }) => lifecycle === 'active') ?? usable[0] ?? models[0]
}

/**
 * A sentence for whoever configured a model that is on its way out or gone by `date` (ISO); undefined if all is well.
 */
export function lifecycleWarning(model: string, date: string): string | undefined {
  const row = rowOf<ModelRow>(model, table.models as readonly ModelRow[])
  if (!row || row.lifecycle === 'active') return undefined
  const advice = 'Set BEDROCK_MODEL_ID to a current one; GET /v1/models lists them.'
  if (row.lifecycle === 'retired' || (row.endOfLife !== null && row.endOfLife <= date)) {
    const since = row.endOfLife === null ? '' : ` since ${row.endOfLife}`
    return `${row.name} is retired${since}: Bedrock no longer answers for it. ${advice}`
  }
  const until = row.endOfLife === null ? '' : ` and ends on ${row.endOfLife}`
  return `${row.name} is a legacy model${until}. ${advice}`
}

interface ModelRow extends Omit<Features, 'isClaude'> {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly contextTokens: number | null
  readonly maxOutputTokens: number | null
  readonly profiles: readonly string[]
  readonly onDemand: boolean
  readonly lifecycle: 'active' | 'legacy' | 'retired'
  readonly endOfLife: string | null
  readonly images: boolean
  readonly documents: boolean
  readonly tools: boolean
}

function infoOf(id: string, row: ModelRow): ModelInfo {
  const { name, provider, contextTokens, maxOutputTokens, endOfLife, images, documents, tools } = row
  return {
    id,
    name,
    provider,
    streaming: true,
    contextTokens,
    maxOutputTokens,
    lifecycle: row.lifecycle === 'active' ? 'active' : 'legacy',
    endOfLife,
    price: priceOf(id) ?? null,
    images,
    documents,
    tools,
    reasoning: row.thinking !== null,
    promptCache: row.promptCache !== null,
  }
}

/** A model newer than the table: nothing is promised but what `featuresOf` will do. */
function unknownInfo(id: string): ModelInfo {
  const { thinking, promptCache, isClaude } = featuresOf(id)
  return {
    id,
    name: id,
    provider: '',
    streaming: true,
    contextTokens: null,
    maxOutputTokens: null,
    lifecycle: 'active',
    endOfLife: null,
    price: priceOf(id) ?? null,
    images: false,
    documents: isClaude,
    tools: isClaude,
    reasoning: thinking !== null,
    promptCache: promptCache !== null,
  }
}
