import type { Price, Rates, TokenUsage } from './model.ts'
import { parseModelId, rowOf } from './model-id.ts'
import book from './prices.json' with { type: 'json' }

/** What a model costs by the price book; undefined where the book does not know it, such as an application inference profile. */
export function priceOf(model: string): Price | undefined {
  const row: PriceRow | undefined = rowOf<PriceRow>(model, book.prices)
  if (!row) return undefined
  const percent = parseModelId(model).profile === 'global' ? 100 : (row.regionalPercent ?? 100)
  const { long } = row
  return {
    ...rates(1),
    date: book.date,
    ...(long && { long: { overTokens: long.overTokens, ...rates(long.factor) } }),
  }

  function rates(factor: number): Rates {
    const rate = (microDollars: number) => Math.round((microDollars * factor * percent) / 100)
    const { input, output, cacheRead, cacheWrite } = row!
    return { input: rate(input), output: rate(output), cacheRead: rate(cacheRead), cacheWrite: rate(cacheWrite) }
  }
}

/**
 * Whole micro-dollars for one call, rounded half up once, over the sum: 50 tokens in and 150 out at $3 and $15 are
 * 2,400. Some models charge long prompts by another rate, cached tokens counted with them.
 */
export function cost(usage: TokenUsage, price: Price): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens
  const rates: Rates = price.long && prompt > price.long.overTokens ? price.long : price
  const sum =
    inputTokens * rates.input +
    outputTokens * rates.output +
    cacheReadTokens * rates.cacheRead +
    cacheWriteTokens * rates.cacheWrite
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
