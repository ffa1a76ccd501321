import { eventFrame } from '../../packages/emulator/src/frames.ts'
import { clock, tokenText } from '../token.ts'

/**
 * What a prompt asks the stand-in for: all tokens as fast as they are taken, at reading pace, or the first one and, a moment
 * later, the others.
 */
export interface Order {
  readonly pace: 'flood' | 'paced' | 'first'
  readonly tokens: number
}

/** Reading pace: one token every so many milliseconds. */
export const TOKEN_MS = 20

export function promptFor({ pace, tokens }: Order): string {
  return `[${pace} ${tokens}]`
}

/** The order in a request's body, whatever else an agent has put there. */
export function orderIn(body: string): Order | undefined {
  const found = /\[(flood|paced|first) (\d+)\]/.exec(body)
  return found ? { pace: found[1] as Order['pace'], tokens: Number(found[2]) } : undefined
}

export function openingFrame(): Buffer {
  return eventFrame('messageStart', '{"role":"assistant","p":"abcdefghijklm"}')
}

/** Bedrock pads its frames with a `p` of changing length; so does this. */
export function tokenFrame(number: number, time: number): Buffer {
  const text = tokenText(number, time)
  const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'.slice(0, 4 + ((number * 7) % 32))
  return eventFrame('contentBlockDelta', `{"contentBlockIndex":0,"delta":{"text":"${text}"},"p":"${padding}"}`)
}

export function closingFrames(tokens: number): readonly Buffer[] {
  const usage = `{"inputTokens":12,"outputTokens":${tokens},"totalTokens":${tokens + 12}}`
  return [
    eventFrame('contentBlockStop', '{"contentBlockIndex":0,"p":"abcd"}'),
    eventFrame('messageStop', '{"p":"abcdefg","stopReason":"end_turn"}'),
    eventFrame('metadata', `{"metrics":{"latencyMs":1000},"p":"abcdefghij","usage":${usage}}`),
  ]
}

/** How long the second token is in coming, where the order is for the first. */
export const MOMENT_MS = 10
/** The frames of an answer up to its first token. */
export const UP_TO_FIRST = 2

/** A whole answer at once, made once for all of its length. */
export function wholeAnswer(tokens: number): readonly Buffer[] {
  const time = clock()
  const frames = Array.from({ length: tokens }, (_, i) => tokenFrame(i, time))
  return [openingFrame(), ...frames, ...closingFrames(tokens)]
}
