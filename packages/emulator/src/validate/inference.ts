import type { InferenceConfig } from '../wire.ts'
import { type ModelLimits, modelError } from './conversation.ts'

/** Bounds of the sampling settings. */
export function inferenceWrong(config: InferenceConfig | undefined, model: ModelLimits): string | undefined {
  if (!config) return undefined
  const { maxTokens, temperature, topP, stopSequences } = config
  if (maxTokens !== undefined) {
    if (!Number.isInteger(maxTokens) || maxTokens < 1)
      return bound(maxTokens, 'maxTokens', 'greater than or equal to 1')
    if (maxTokens > model.maxOutputTokens) {
      return `The maximum tokens you requested exceeds the model limit of ${model.maxOutputTokens}. Try again with a maximum tokens value that is lower than ${model.maxOutputTokens}.`
    }
  }
  if (model.sampling === false) {
    // with its default value it is let through
    if (temperature !== undefined && temperature !== 1) return modelError('`temperature` is deprecated for this model.')
    if (topP !== undefined) return modelError('`top_p` is deprecated for this model.')
  }
  if (temperature !== undefined) {
    if (!(temperature >= 0)) return bound(temperature, 'temperature', 'greater than or equal to 0')
    if (temperature > 1) return bound(temperature, 'temperature', 'less than or equal to 1')
  }
  if (topP !== undefined) {
    if (!(topP >= 0)) return bound(topP, 'topP', 'greater than or equal to 0')
    if (topP > 1) return bound(topP, 'topP', 'less than or equal to 1')
  }
  if (stopSequences && stopSequences.length > 2_500) {
    return "1 validation error detected: Value at 'inferenceConfig.stopSequences' failed to satisfy constraint: Member must have length less than or equal to 2500"
  }
  const blank = stopSequences?.findIndex((sequence) => sequence.trim() === '') ?? -1
  if (blank >= 0)
    return `The value at inferenceConfig.stopSequences.${blank} is blank. Stop sequences must contain non-whitespace.`
  return undefined
}

function bound(value: number, name: string, rule: string): string {
  return `1 validation error detected: Value '${value}' at 'inferenceConfig.${name}' failed to satisfy constraint: Member must have value ${rule}`
}
