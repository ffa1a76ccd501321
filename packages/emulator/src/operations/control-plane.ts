import { BedrockError } from '../errors.ts'
import { type Model, profileIds } from '../models.ts'
import { sender } from '../send.ts'
import { type Call, type Operation, receive, type Setup } from './operation.ts'

export const listFoundationModels: Operation = {
  name: 'ListFoundationModels',
  method: 'GET',
  path: /^\/foundation-models$/,
  async serve(call) {
    const { query } = call.exchange
    const wanted = (name: string): string | undefined => query.get(name)?.toUpperCase()
    const summaries = call.emulator.catalogue.models
      .map((model) => summary(model, call.emulator))
      .filter((model) => {
        const provider = wanted('byProvider')
        const output = wanted('byOutputModality')
        const inference = wanted('byInferenceType')
        return (
          (provider === undefined || model.providerName.toUpperCase() === provider) &&
          (output === undefined || model.outputModalities.includes(output)) &&
          (inference === undefined || model.inferenceTypesSupported.includes(inference))
        )
      })
    await reply(call, { modelSummaries: summaries })
  },
}

export const getFoundationModel: Operation = {
  name: 'GetFoundationModel',
  method: 'GET',
  path: /^\/foundation-models\/(?<id>.+)$/,
  async serve(call) {
    const id = call.id.slice(call.id.lastIndexOf('/') + 1)
    const model = call.emulator.catalogue.models.find((candidate) => candidate.id === id)
    if (!model)
      throw new BedrockError(
        'ResourceNotFoundException',
        `Could not resolve the foundation model from model identifier: ${call.id}`,
      )
    await reply(call, { modelDetails: summary(model, call.emulator) })
  },
}

export const listInferenceProfiles: Operation = {
  name: 'ListInferenceProfiles',
  method: 'GET',
  path: /^\/inference-profiles$/,
  async serve(call) {
    const { query } = call.exchange
    const { catalogue, region } = call.emulator
    const all = query.get('type') === 'APPLICATION' ? [] : catalogue.models.flatMap((model) => profiles(model, region))
    const from = Number(query.get('nextToken') ?? 0)
    const size = Math.min(Number(query.get('maxResults') ?? 1_000), 1_000)
    if (!Number.isInteger(from) || !Number.isInteger(size) || size < 1) {
      throw new BedrockError('ValidationException', 'The pagination parameters are not valid.')
    }
    const next = from + size < all.length ? { nextToken: String(from + size) } : {}
    await reply(call, { inferenceProfileSummaries: all.slice(from, from + size), ...next })
  },
}

async function reply(call: Call, value: object): Promise<void> {
  const { faults } = await receive(call)
  const send = sender(call.exchange, call.line, faults, {})
  call.line.change({ status: 200 })
  await send.body(200, { 'content-type': 'application/json' }, JSON.stringify(value))
  call.line.end(send.broken ? 'broken' : 'answered')
}

interface Summary {
  readonly modelId: string
  readonly providerName: string
  readonly outputModalities: readonly string[]
  readonly inferenceTypesSupported: readonly string[]
}

function summary(model: Model, { region }: Setup): Summary & Record<string, unknown> {
  return {
    modelArn: arn(model.id, region),
    modelId: model.id,
    modelName: model.name,
    providerName: model.provider,
    inputModalities: model.images ? ['TEXT', 'IMAGE'] : ['TEXT'],
    outputModalities: [model.output ?? 'TEXT'],
    responseStreamingSupported: model.streaming !== false,
    customizationsSupported: [],
    inferenceTypesSupported: [
      ...(model.onDemand ? ['ON_DEMAND'] : []),
      ...(model.profiles?.length ? ['INFERENCE_PROFILE'] : []),
    ],
    modelLifecycle: { status: model.lifecycle ?? 'ACTIVE' },
  }
}

function profiles(model: Model, region: string): object[] {
  return profileIds(model).map((id) => {
    const prefix = id.slice(0, id.indexOf('.'))
    const place = prefix === 'global' ? 'Global' : prefix.toUpperCase()
    return {
      inferenceProfileName: `${place} ${model.provider} ${model.name}`,
      description: `Routes requests to ${model.name} ${prefix === 'global' ? 'globally across all supported AWS Regions' : `in regions of ${place}`}.`,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
      inferenceProfileArn: `arn:aws:bedrock:${region}:123456789012:inference-profile/${id}`,
      models: [{ modelArn: arn(model.id, prefix === 'global' ? '' : region) }],
      inferenceProfileId: id,
      status: 'ACTIVE',
      type: 'SYSTEM_DEFINED',
    }
  })
}

function arn(id: string, region: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${id}`
}
