/** The parts of what a request calls its model. */
export interface ModelId {
  /** The foundation model, without prefix or ARN; an application inference profile's ARN does not tell. */
  readonly base: string | undefined
  /** `us`, `eu`, `global` …: whose inference profile it is; undefined for the bare model. */
  readonly profile: string | undefined
}

/** Takes an id, an inference profile's id or the ARN of either apart. */
export function parseModelId(model: string): ModelId {
  const arn = /^arn:[\w-]+:bedrock:[\w-]*:\d*:(foundation-model|inference-profile)\/(.+)$/.exec(model)
  if (!arn && model.startsWith('arn:')) return { base: undefined, profile: undefined }
  const id = arn?.[2] ?? model
  const prefixed = /^(us-gov|us|eu|apac|jp|au|ca|sa|global)\.(.+\..+)$/.exec(id)
  return prefixed ? { base: prefixed[2], profile: prefixed[1] } : { base: id, profile: undefined }
}

/**
 * Finds the row whose id is the longest that fits: the model itself, or its name without date and version. A number
 * that goes on is another model (`claude-opus-5` is not `claude-opus-5-5`).
 */
export function rowOf<Row extends { readonly id: string }>(model: string, rows: readonly Row[]): Row | undefined {
  const { base } = parseModelId(model)
  let best: Row | undefined
  for (const row of rows) {
    if (!base?.startsWith(row.id) || !/^(-\d{8})?(-v?\d+(?=:|$))?(:\w+)*$/.test(endOf(base, row.id))) continue
    if (!best || row.id.length > best.id.length) best = row
  }
  return best
}

/** `-1:0` is a version, a lone `-5` a part of the name. */
function endOf(base: string, id: string): string {
  const end = base.slice(id.length)
  return /^-\d{1,7}$/.test(end) ? 'another' : end
}

/** The profile prefix of a region's own geography. */
export function geographyOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'us-gov'
  if (region.startsWith('us-') || region.startsWith('ca-')) return 'us'
  if (region.startsWith('eu-')) return 'eu'
  if (region === 'ap-northeast-1' || region === 'ap-northeast-3') return 'jp'
  if (region === 'ap-southeast-2' || region === 'ap-southeast-4' || region === 'ap-southeast-6') return 'au'
  if (region.startsWith('ap-')) return 'apac'
  return 'global'
}
