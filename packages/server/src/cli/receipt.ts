import type { AssistantMessage } from '@streambed/protocol'
import { printableLine } from './printable.ts'

/** How an answer ended and what it cost, in one line. */
export function receipt(answer: AssistantMessage, isDemo: boolean): string {
  return [ENDED[answer.status](answer), ...duration(answer), ...cost(answer, isDemo)].join(' · ')
}

/** Dollars with as many digits as a short answer needs. */
export function dollars(microDollars: number): string {
  return `$${(microDollars / 1_000_000).toFixed(microDollars < 10_000 ? 6 : 4)}`
}

const ENDED: Readonly<Record<AssistantMessage['status'], (answer: AssistantMessage) => string>> = {
  queued: () => 'waiting',
  running: () => 'running',
  parked: () => 'waiting for somebody to answer a question',
  done: () => 'done',
  stopped: () => 'stopped',
  failed: ({ error }) => `failed: ${printableLine(error?.message ?? 'no reason was given')}`,
  interrupted: () => 'interrupted, as the server went away',
  limited: ({ limit }) => `cut by a limit (${limit ?? 'unnamed'})`,
}

function duration({ startedAt, endedAt }: AssistantMessage): string[] {
  if (!startedAt || !endedAt) return []
  return [`${((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000).toFixed(1)} s`]
}

function cost({ usage }: AssistantMessage, isDemo: boolean): string[] {
  if (!usage) return []
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microDollars, estimated } = usage
  const tokens = `${inputTokens + cacheReadTokens + cacheWriteTokens} tokens in, ${outputTokens} out`
  const price = microDollars === null ? 'no known price' : `${estimated ? 'about ' : ''}${dollars(microDollars)}`
  return [tokens, isDemo ? `demo model, free (Bedrock: ${price})` : price]
}
