import { createHash } from 'node:crypto'
import type { PromptUsage } from './answer/accounts.ts'
import type { Model } from './models.ts'
import { blockTokens, requestTokens, textTokens, toolTokens } from './tokens.ts'
import type { ConverseRequest } from './wire.ts'

/** Bedrock's prompt cache: what stands before a cache point is cheap the second time, if it is long enough. */
export interface PromptCache {
  usage(request: ConverseRequest, model: Model): PromptUsage
}

const LIMIT = 10_000
const MINUTES_MS = 60_000

/** `now` is in milliseconds. Remembers the last 10,000 prefixes. */
export function promptCache(now: () => number = Date.now): PromptCache {
  const expiry = new Map<string, number>()

  return {
    usage(request, model) {
      const total = requestTokens(request)
      const points = cachePoints(request, model).filter(({ tokens }) => tokens >= (model.cacheMinimumTokens ?? 1_024))
      const read = points.findLast(({ key }) => (expiry.get(key) ?? 0) > now())?.tokens ?? 0
      const cached = points.at(-1)?.tokens ?? 0
      for (const { key, ttlMs } of points) {
        expiry.delete(key) // so that the map stays in the order of last use
        expiry.set(key, now() + ttlMs)
      }
      for (const key of expiry.keys()) {
        if (expiry.size <= LIMIT) break
        expiry.delete(key)
      }
      return {
        inputTokens: Math.max(total - cached, 1),
        cacheReadInputTokens: read,
        cacheWriteInputTokens: cached - read,
      }
    },
  }
}

interface CachePoint {
  readonly key: string
  readonly tokens: number
  readonly ttlMs: number
}

/** Tools come before the system text, and that before the messages; any change earlier makes another key. */
function cachePoints(request: ConverseRequest, model: Model): CachePoint[] {
  const points: CachePoint[] = []
  if (!hasCachePoint(request)) return points
  const hash = createHash('sha1').update(model.id)
  let tokens = 0
  const add = (block: object, size: number): void => {
    const point = 'cachePoint' in block ? (block.cachePoint as { ttl?: string }) : undefined
    if (point) {
      points.push({ key: hash.copy().digest('base64'), tokens, ttlMs: (point.ttl === '1h' ? 60 : 5) * MINUTES_MS })
    } else {
      hash.update(JSON.stringify(block))
      tokens += size
    }
  }
  for (const tool of request.toolConfig?.tools ?? []) add(tool, toolTokens(tool))
  for (const block of request.system ?? []) add(block, textTokens(block.text ?? ''))
  for (const message of request.messages ?? []) {
    hash.update(message.role ?? '')
    for (const block of message.content ?? []) add(block, blockTokens(block))
  }
  return points
}

function hasCachePoint({ toolConfig, system, messages }: ConverseRequest): boolean {
  const lists = [toolConfig?.tools, system, ...(messages ?? []).map(({ content }) => content)]
  return lists.some((blocks) => blocks?.some(({ cachePoint }) => cachePoint))
}
