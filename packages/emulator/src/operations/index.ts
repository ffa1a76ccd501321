import { applyGuardrail } from './apply-guardrail.ts'
import { getFoundationModel, listFoundationModels, listInferenceProfiles } from './control-plane.ts'
import { converse } from './converse.ts'
import { converseStreamOperation } from './converse-stream.ts'
import { countTokens } from './count-tokens.ts'
import { invoke, invokeStream } from './invoke.ts'
import type { Operation } from './operation.ts'

/** Every operation the emulator knows. */
export const operations: readonly Operation[] = [
  converseStreamOperation,
  converse,
  invokeStream,
  invoke,
  countTokens,
  applyGuardrail,
  listFoundationModels,
  listInferenceProfiles,
  getFoundationModel,
]
