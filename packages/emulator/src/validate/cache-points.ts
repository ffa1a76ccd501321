import type { ConverseRequest } from '../wire.ts'
import { modelError } from './conversation.ts'

const LIMIT = 4

/** At most four cache points in a request, counted over tools, system and messages; each has something before it. */
export function cachePointsWrong(request: ConverseRequest): string | undefined {
  const places: readonly (readonly [string, readonly { cachePoint?: object | undefined }[]])[] = [
    ['toolConfig.tools', request.toolConfig?.tools ?? []],
    ['system', request.system ?? []],
    ...(request.messages ?? []).map(({ content }, i) => [`messages.${i}.content`, content ?? []] as const),
  ]
  let count = 0
  for (const [path, blocks] of places) {
    for (let i = 0; i < blocks.length; i++) {
      if (!blocks[i]!.cachePoint) continue
      if (i === 0)
        return `The cachePoint block at ${path}.0 has no content before it. Add content before the cachePoint and try again.`
      if (blocks[i - 1]!.cachePoint)
        return `The cachePoint block at ${path}.${i} follows another cachePoint. Remove one and try again.`
      count++
    }
  }
  if (count <= LIMIT) return undefined
  return modelError(`A maximum of ${LIMIT} blocks with cache_control may be provided. Found ${count}.`)
}
