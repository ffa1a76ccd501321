import type { IncomingMessage } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import type { ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime'
import { StreambedError } from '@streambed/protocol'
import type { ModelEvent } from '../model.ts'
import { type Batches, batches } from './batches.ts'
import { decoder } from './decoder.ts'
import { type Failure, failureOf } from './errors.ts'
import { type RetryPolicy, retryDelay } from './retry.ts'
import type { Watch, Watchdog } from './watchdog.ts'
import { wholeAnswer } from './whole-answer.ts'

/** One call's way to Bedrock; everything that varies is handed in. */
export interface AnswerSource {
  readonly model: string
  readonly guardrail: boolean
  openStream(signal: AbortSignal): Promise<IncomingMessage>
  converse(signal: AbortSignal): Promise<ConverseCommandOutput>
  isStale(thrown: unknown): boolean
  /** Whether streaming is known to be denied for this model. */
  readonly streamingDenied: boolean
  /** Streaming was denied, and asking without it worked. */
  noteStreamingDenied(): void
  /**
   * Bedrock has refused the request. Makes it one that holds the model to less: first not to its tools' schemas, then not to the
   * answer's. False where it was held to nothing.
   */
  loosen(): boolean
  /** Something was answered, so nothing will be asked again: lets go of the request, which may be long. */
  release(): void
  /** Called once per answer that held something nobody knew. */
  noteIgnored(count: number): void
}

export interface AnswerTiming {
  readonly retry: RetryPolicy
  readonly firstByteMs: number
  readonly idleMs: number
  readonly watchdog: Watchdog
  /** From 0 up to, not including, 1. */
  readonly random: () => number
}

/** What may still come once the answer is whole is its usage; nobody waits longer than this for it. */
const AFTER_END_MS = 2_000
/** Without streaming nothing comes until the last token is written. */
const WHOLE_ANSWER_FACTOR = 5
/** Bytes that may wait for a slow reader before the socket is told to wait too. */
const HIGH_WATER_BYTES = 256 * 1024
/** Old connections may all have died together, say when the network changed. */
const MAX_STALE = 3

/**
 * Streams one answer. Begins when it is first read; ends the call on the wire when the signal aborts, when the reader
 * leaves and when nothing comes for too long. Tries again by itself until something other than `waiting` has been
 * added.
 */
export function streamAnswer(source: AnswerSource, timing: AnswerTiming, signal: AbortSignal): Batches<ModelEvent> {
  const wire = new AbortController()
  /** Ends what is under way; each attempt has one of its own, so that a stalled one can be ended alone. */
  let attempt = new AbortController()
  let watch: Watch | undefined
  let body: IncomingMessage | undefined
  let unreadBytes = 0
  let hasShown = false
  let timedOut: StreambedError | undefined

  const out = batches<ModelEvent>({
    onStart() {
      if (signal.aborted) return out.drop(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      attemptAll()
        .then(
          () => out.finish(),
          (error) => out.fail(error),
        )
        .finally(cleanUp)
    },
    onTake() {
      unreadBytes = 0
      if (body?.isPaused()) {
        watch?.feed()
        body.resume()
      }
    },
    onReturn: () => hangUp(),
  })
  return out

  function onAbort(): void {
    out.drop(signal.reason)
    hangUp(signal.reason)
  }

  function hangUp(reason?: unknown): void {
    wire.abort(reason)
    attempt.abort(reason)
  }

  function cleanUp(): void {
    signal.removeEventListener('abort', onAbort)
    watch?.stop()
  }

  async function attemptAll(): Promise<void> {
    const began = performance.now()
    let stale = 0
    /** What the first refusal said, which names what is wrong best. */
    let refused: StreambedError | undefined
    for (let calls = 1; ; calls++) {
      try {
        return await (source.streamingDenied ? attemptWhole() : attemptStream())
      } catch (thrown) {
        wire.signal.throwIfAborted()
        if (hasShown) throw afterShown(thrown)
        if (source.isStale(thrown) && stale < MAX_STALE) {
          stale++
          calls--
          continue
        }
        const failure = failureIn(thrown)
        if (failure.streamingDenied && !source.streamingDenied && (await triedWhole())) return
        if (isRefusal(failure) && source.loosen()) {
          refused ??= failure.error
          calls--
          continue
        }
        if (refused && isRefusal(failure)) throw refused
        await waitFor(failure, calls, performance.now() - began)
      }
    }
  }

  async function attemptStream(): Promise<void> {
    const opening = startWatch()
    body = await source.openStream(opening)
    await readBody(body)
  }

  /** The whole answer at once. */
  async function attemptWhole(): Promise<void> {
    const output = await source.converse(startWatch(WHOLE_ANSWER_FACTOR))
    const ignored = wholeAnswer(output, source.guardrail, out.pending)
    if (ignored > 0) source.noteIgnored(ignored)
    noteShown()
    out.deliver()
  }

  /** Where both are denied, the first denial names what is missing. */
  async function triedWhole(): Promise<boolean> {
    try {
      await attemptWhole()
    } catch (thrown) {
      wire.signal.throwIfAborted()
      const { error } = failureIn(thrown)
      if (error.code === 'access-denied' || error.code === 'model-unsupported') return false
      throw error
    }
    source.noteStreamingDenied()
    return true
  }

  function startWatch(patience = 1): AbortSignal {
    const mine = new AbortController()
    attempt = mine
    if (wire.signal.aborted) mine.abort(wire.signal.reason)
    watch?.stop()
    timedOut = undefined
    watch = timing.watchdog.watch(timing.firstByteMs * patience, () => {
      timedOut = hasShown
        ? new StreambedError('model-cut-short', 'The model fell silent.')
        : new StreambedError('model-timeout')
      mine.abort(timedOut)
    })
    return mine.signal
  }

  function readBody(body: IncomingMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const decode = decoder(source)
    let isDone = false

    body.on('data', (chunk: Buffer) => {
      if (isDone) return
      watch!.feed(timing.idleMs)
      unreadBytes += chunk.length
      try {
        decode.decode(chunk, out.pending)
      } catch (thrown) {
        show()
        return close(thrown)
      }
      show()
      if (decode.hasStopped) watch!.feed(Math.min(AFTER_END_MS, timing.idleMs))
      if (unreadBytes > HIGH_WATER_BYTES && !body.isPaused()) {
        watch!.rest()
        body.pause()
      }
    })
    body.on('end', () => close())
    body.on('error', close)
    body.on('close', () => close())
    // It may have broken before anybody listened.
    if (body.destroyed) close(body.errored ?? undefined)
    return promise

    /** A reader that has not come yet may still find a `waiting` there, which does not count. */
    function show(): void {
      const last = out.pending.at(-1)
      if (!last || last.type === 'waiting') return
      noteShown()
      out.deliver()
    }

    /** However the body ended: after `messageStop` the answer is whole. */
    function close(thrown?: unknown): void {
      if (isDone) return
      isDone = true
      try {
        if (thrown !== undefined && !decode.hasStopped) throw timedOut ?? thrown
        decode.finish(out.pending)
        show()
        resolve()
      } catch (error) {
        reject(error)
      }
      if (decode.ignored > 0) source.noteIgnored(decode.ignored)
      if (!body.complete) body.destroy()
    }
  }

  function noteShown(): void {
    if (hasShown) return
    hasShown = true
    source.release()
  }

  function failureIn(thrown: unknown): Failure {
    return failureOf(timedOut ?? thrown, {
      model: source.model,
      action: source.streamingDenied ? 'bedrock:InvokeModel' : 'bedrock:InvokeModelWithResponseStream',
    })
  }

  /**
   * Once something was shown, a broken connection is an answer cut short; what Bedrock itself reported stays what it
   * is.
   */
  function afterShown(thrown: unknown): StreambedError {
    if (thrown instanceof StreambedError) return thrown
    return new StreambedError('model-cut-short', 'The connection to Bedrock broke.', { cause: thrown })
  }

  async function waitFor(failure: Failure, attempt: number, elapsedMs: number): Promise<void> {
    const delayMs = retryDelay(failure, attempt, elapsedMs, timing.random, timing.retry)
    if (delayMs === undefined) throw failure.error
    watch?.stop()
    out.pending.push({ type: 'waiting', attempt, delayMs, error: failure.error })
    out.deliver()
    await after(delayMs, undefined, { signal: wire.signal })
  }
}

/** There is no telling from Bedrock's words what was wrong: every maker's are others. */
function isRefusal({ error: { code } }: Failure): boolean {
  return code === 'model-refused-request' || code === 'model-unsupported'
}
