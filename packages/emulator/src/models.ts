import { readFileSync } from 'node:fs'
import { BedrockError } from './errors.ts'

/** A model as `models.json` tells it. Ids and limits are data, never code. */
export interface Model {
  readonly id: string
  readonly name: string
  readonly provider: string
  /** Whether the bare id can be called. Default false: only by inference profile. */
  readonly onDemand?: boolean
  /** Prefixes of its inference profiles, such as `us` or `global`. */
  readonly profiles?: readonly string[]
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly output?: 'TEXT' | 'EMBEDDING'
  /** Default true. */
  readonly streaming?: boolean
  /** Takes tools. Default true. */
  readonly tools?: boolean
  /** Takes images. Default false. */
  readonly images?: boolean
  /** How a Claude is told to think: `budget` (budget_tokens), `adaptive`, either or not at all. Default `either`. */
  readonly thinking?: 'budget' | 'adaptive' | 'either' | false
  /** `omitted`: it keeps its thoughts to itself, and sends their signature only, unless `display` asks for them. */
  readonly thoughts?: 'omitted'
  /** Takes temperature and topP. Default true. */
  readonly sampling?: boolean
  /** Takes a conversation that ends with the assistant. Default true. */
  readonly prefill?: boolean
  /** Can be held to write JSON by a schema: `outputConfig.textFormat`. Default false. */
  readonly jsonOutput?: boolean
  /** Can be held to its tools' schemas: `toolSpec.strict`. Default false. */
  readonly strictTools?: boolean
  /** The shortest prefix that is cached. Default 1,024. */
  readonly cacheMinimumTokens?: number
  /** `RETIRED` answers as a model past its end of life. Default `ACTIVE`. */
  readonly lifecycle?: 'ACTIVE' | 'LEGACY' | 'RETIRED'
}

export interface Catalogue {
  /** Models that the account can list, in the order of the file. */
  readonly models: readonly Model[]
  /** The model behind an id, inference profile or ARN. Throws what Bedrock throws when there is none to call. */
  resolve(id: string): Model
}

/** The models of `models.json`, with more in front if given. */
export function catalogue(more: readonly Model[] = []): Catalogue {
  const file: { models: Model[] } = JSON.parse(readFileSync(new URL('./models.json', import.meta.url), 'utf8'))
  const models = [...more, ...file.models]
  const callable = new Map<string, Model>()
  for (const model of models) {
    for (const id of [model.id, ...profileIds(model)]) if (!callable.has(id)) callable.set(id, model)
  }
  return { models: models.filter((model) => model.lifecycle !== 'RETIRED'), resolve }

  function resolve(asked: string): Model {
    const id = asked.startsWith('arn:') ? asked.slice(asked.indexOf('/') + 1) : asked
    const model = callable.get(id) ?? (isApplicationProfile(asked) ? models.find(isCurrent) : undefined)
    if (!model) throw new BedrockError('ValidationException', 'The provided model identifier is invalid.')
    if (model.lifecycle === 'RETIRED') throw new BedrockError('ResourceNotFoundException', END_OF_LIFE)
    if (id === model.id && !model.onDemand) throw new BedrockError('ValidationException', needsProfile(asked))
    return model
  }
}

/** The ids of a model's system-defined inference profiles. */
export function profileIds(model: Model): string[] {
  return (model.profiles ?? []).map((prefix) => `${prefix}.${model.id}`)
}

const END_OF_LIFE =
  'This model version has reached the end of its life. Please refer to the AWS documentation for more details.'

function needsProfile(id: string): string {
  return (
    `Invocation of model ID ${id} with on-demand throughput isn’t supported. ` +
    'Retry your request with the ID or ARN of an inference profile that contains this model.'
  )
}

/** Profiles that accounts make for themselves have opaque ids; any of them stands for a current model here. */
function isApplicationProfile(id: string): boolean {
  return /^arn:aws[\w-]*:bedrock:[\w-]*:\d{12}:application-inference-profile\/\w+$/.test(id)
}

function isCurrent(model: Model): boolean {
  return model.provider === 'Anthropic' && model.lifecycle === undefined
}
