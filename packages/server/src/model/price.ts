import type { Price, TokenUsage } from './model.ts'
import { parseModelId, rowOf } from './model-id.ts'
import book from './prices.json' with { type: 'json' }

/**
 * What a model costs by the price book; undefined where the book does not know it, such as an application inference
 * profile. `promptTokens` (cached ones included) matters for models that charge long prompts by another rate.
 */
export function priceOf(model: string, promptTokens = 0): Price | undefined {
  const row: PriceRow | undefined = rowOf<PriceRow>(model, book.prices)
  if (!row) return undefined
  const isLong = row.long !== undefined && promptTokens > row.long.overTokens
  const percent = parseModelId(model).profile === 'global' ? 100 : (row.regionalPercent ?? 100)
  const rate = (microDollars: number) => Math.round((microDollars * (isLong ? row.long!.factor : 1) * percent) / 100)
  return {
    input: rate(row.input),
    output: rate(row.output),
    cacheRead: rate(row.cacheRead),
    cacheWrite: rate(row.cacheWrite),
    date: book.date,
  }
}

/**
 * Whole micro-dollars for one call, rounded half up once, over the sum: 50 tokens in and 150 out at $3 and $15 are
 * 2,400.
 */
export function cost(usage: TokenUsage, price: Price): number {
  const sum =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWriteTokens * price.cacheWrite
  return Math.floor((sum + MILLION / 2) / MILLION)
}

interface PriceRow {
  readonly id: string
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly regionalPercent?: number
  readonly long?: { readonly overTokens: number; readonly factor: number }
}

const MILLION = 1_000_000
