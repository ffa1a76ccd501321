import { performance } from 'node:perf_hooks'
import { clock } from '../token.ts'
import { TOKEN_MS, tokenFrame } from './answer.ts'

/** A paced answer under way. */
export interface PacedStream {
  /** Sends one token. */
  send(frame: Buffer): void
  end(): void
}

export interface Pacer {
  add(stream: PacedStream, tokens: number): void
  remove(stream: PacedStream): void
  /** By how many milliseconds it has been late at most since the last call. */
  lateness(): number
}

interface Paced {
  readonly stream: PacedStream
  left: number
}

/**
 * Sends each stream a token every 20 ms. In each millisecond it is another part of the streams' turn, and all of them get the
 * same bytes, so that a token costs little but its write. Numbers are those of the milliseconds.
 */
export function pacer(): Pacer {
  const turns = Array.from({ length: TOKEN_MS }, () => new Map<PacedStream, Paced>())
  const startedAt = performance.now() // the tokens' clock starts over before a run has ended
  let turn = 0
  let added = 0
  let latest = 0
  setInterval(catchUp, 1)

  return {
    add(stream, tokens) {
      turns[added++ % TOKEN_MS]!.set(stream, { stream, left: tokens })
    },
    remove(stream) {
      for (const streams of turns) streams.delete(stream)
    },
    lateness() {
      const worst = latest
      latest = 0
      return worst
    },
  }

  function catchUp(): void {
    for (let at = elapsed(); turn <= at; at = elapsed()) {
      latest = Math.max(latest, at - turn)
      takeTurn()
      turn++
    }
  }

  function elapsed(): number {
    return performance.now() - startedAt
  }

  function takeTurn(): void {
    const streams = turns[turn % TOKEN_MS]!
    if (streams.size === 0) return
    const frame = tokenFrame(turn, clock())
    for (const paced of streams.values()) {
      paced.stream.send(frame)
      if (--paced.left > 0) continue
      streams.delete(paced.stream)
      paced.stream.end()
    }
  }
}
