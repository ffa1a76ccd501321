import { type EventOf, newApprovalId, type RunId, StreambedError } from '@streambed/protocol'
import type { ModelEvent, ModelRequest, Price } from '../model/model.ts'
import { cost } from '../model/price.ts'
import { estimateTokens } from '../model/tokens.ts'
import { promptTokens } from './estimate.ts'

/** Watches over what a run's model calls may cost. */
export interface Meter {
  /**
   * Asked before each call. Sets aside `most`, or what is left of it if that is `least` or more, in place of what was set aside for the
   * call before. What the call has really cost is known from its `usage` event.
   */
  reserve(call: CallCost): Promise<Grant>
}

export interface CallCost {
  readonly most: Spending
  /** With less than this it is not worth asking. */
  readonly least: Spending
}

export interface Spending {
  readonly tokens: number
  /** Null where the model's price is unknown. */
  readonly microDollars: number | null
}

export type Grant =
  | { readonly granted: 'all' }
  /** The call must be cut where it would cost more; `error` says why. */
  | { readonly granted: Spending; readonly error: StreambedError }
  | { readonly granted: 'nothing'; readonly error: StreambedError }
  /** People must say first whether the run may go on. */
  | { readonly granted: 'ask'; readonly question: MoneyQuestion }

/** What people are told when they are asked for more. */
export type MoneyQuestion = Omit<EventOf<'budget-request'>, 'type' | 'run' | 'approval' | 'expiresAt'>

/** The question whether a run may go on though a budget is spent. It stays open for a day. */
export function budgetRequest(run: RunId, question: MoneyQuestion, now: Date): EventOf<'budget-request'> {
  const expiresAt = new Date(now.getTime() + PATIENCE_MS).toISOString()
  return { type: 'budget-request', run, approval: newApprovalId(), ...question, expiresAt }
}

const PATIENCE_MS = 24 * 60 * 60 * 1_000

/** How far one call may go. */
export interface Leave {
  /** Why it may not begin. */
  readonly refusal?: StreambedError
  /** What people are asked before it may begin. */
  readonly question?: MoneyQuestion
  /** Why it may not go on, once more was written than there is room for. `characters` came since the last time. */
  cut(characters: number, heard: { readonly written: string }): StreambedError | undefined
}

/** Asks for leave to make a call. Undefined: nothing limits it. Never throws. */
export async function leaveFor(
  { meter, price }: { readonly meter?: Meter | undefined; readonly price: Price | null },
  request: ModelRequest,
): Promise<Leave | undefined> {
  if (!meter) return undefined
  try {
    const costOf = pricing(promptTokens(request), request.cache ?? false, price)
    const grant = await meter.reserve({
      most: costOf(request.maxTokens),
      least: costOf(Math.min(request.maxTokens, WORTHWHILE)),
    })
    if (grant.granted === 'all') return undefined
    if (grant.granted === 'ask') return { question: grant.question, cut: () => undefined }
    if (grant.granted === 'nothing') return { refusal: grant.error, cut: () => grant.error }
    return cutWhereSpent(grant.granted, grant.error, costOf)
  } catch (thrown) {
    const refusal = StreambedError.of(thrown) // what cannot be counted is not asked for
    return { refusal, cut: () => refusal }
  }
}

/** The shortest answer worth asking for, in tokens. */
const WORTHWHILE = 64

/** The most that a call can cost, by the tokens of its answer: nobody knows yet whether the cache has its prompt, or will take it. */
type CostOf = (outputTokens: number) => Spending

function pricing(prompt: number, isCached: boolean, price: Price | null): CostOf {
  const isWritten = price !== null && isCached && price.cacheWrite > price.input
  const input = { inputTokens: isWritten ? 0 : prompt, cacheReadTokens: 0, cacheWriteTokens: isWritten ? prompt : 0 }
  return (outputTokens) => ({
    tokens: prompt + outputTokens,
    microDollars: price && cost({ ...input, outputTokens }, price),
  })
}

/** A character is one token at most, so that all is counted anew only where it might have come to the end. */
function cutWhereSpent(room: Spending, error: StreambedError, costOf: CostOf): Leave {
  let charactersLeft = tokensLeft(0)
  return {
    cut(characters, heard) {
      charactersLeft -= characters
      if (charactersLeft > 0) return undefined
      charactersLeft = tokensLeft(estimateTokens(heard.written))
      return charactersLeft > 0 ? undefined : error
    },
  }

  function tokensLeft(output: number): number {
    const now = costOf(output)
    const byTokens = room.tokens - now.tokens
    if (room.microDollars === null || now.microDollars === null) return byTokens
    const each = costOf(output + 1_000_000).microDollars! - now.microDollars
    return Math.min(byTokens, each === 0 ? byTokens : ((room.microDollars - now.microDollars) * 1_000_000) / each)
  }
}

/** How many characters of an answer came with these events. */
export function charactersOf(events: readonly ModelEvent[]): number {
  let sum = 0
  for (const event of events) if ('text' in event) sum += event.text?.length ?? 0
  return sum
}
