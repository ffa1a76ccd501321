import type { IncomingMessage } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import type { ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime'
import { StreambedError } from '@streambed/protocol'
import type { ModelEvent } from '../model.ts'
import { type Batches, type BatchesOptions, batches } from './batches.ts'
import type { Beat } from './beat.ts'
import { Body } from './body.ts'
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
  readonly beat: Beat
  /** From 0 up to, not including, 1. */
  readonly random: () => number
}

/** Without streaming nothing comes until the last token is written. */
const WHOLE_ANSWER_FACTOR = 5
/** Old connections may all have died together, say when the network changed. */
const MAX_STALE = 3

/**
 * Streams one answer. Begins when it is first read; ends the call on the wire when the signal aborts, when the reader
 * leaves and when nothing comes for too long. Tries again by itself until something other than `waiting` has been
 * added.
 */
export function streamAnswer(source: AnswerSource, timing: AnswerTiming, signal: AbortSignal): Batches<ModelEvent> {
  return new Answer(source, timing, signal).events
}

/** One answer, in as many attempts as it takes. A class, since thousands may be under way. */
class Answer implements BatchesOptions {
  readonly events: Batches<ModelEvent> = batches(this)
  readonly #source: AnswerSource
  readonly #timing: AnswerTiming
  readonly #signal: AbortSignal
  /** Ends the attempt that is under way, or the wait for the next. */
  #attempt: AbortController | undefined
  #watch: Watch | undefined
  #body: Body | undefined
  #hasShown = false
  #timedOut: StreambedError | undefined
  /** Nobody wants the answer any more. */
  #isUnwanted = false

  constructor(source: AnswerSource, timing: AnswerTiming, signal: AbortSignal) {
    this.#source = source
    this.#timing = timing
    this.#signal = signal
  }

  onStart(): void {
    if (this.#signal.aborted) {
      this.events.fail(this.#signal.reason)
      return
    }
    this.#signal.addEventListener('abort', this.#onAbort, { once: true })
    void this.#run()
  }

  onTake(): void {
    this.#body?.goOn()
  }

  onReturn(): void {
    this.#hangUp()
  }

  readonly #onAbort = (): void => {
    this.events.fail(this.#signal.reason)
    this.#hangUp(this.#signal.reason)
  }

  #hangUp(reason?: unknown): void {
    this.#isUnwanted = true
    this.#attempt?.abort(reason)
  }

  async #run(): Promise<void> {
    try {
      await this.#attemptAll()
      this.events.finish()
    } catch (error) {
      this.events.fail(error)
    } finally {
      this.#signal.removeEventListener('abort', this.#onAbort)
      this.#watch?.stop()
    }
  }

  async #attemptAll(): Promise<void> {
    const source = this.#source
    const began = performance.now()
    let stale = 0
    /** What the first refusal said, which names what is wrong best. */
    let refused: StreambedError | undefined
    for (let calls = 1; ; calls++) {
      try {
        return await (source.streamingDenied ? this.#attemptWhole() : this.#attemptStream())
      } catch (thrown) {
        if (this.#isUnwanted) throw thrown
        if (this.#hasShown) throw afterShown(thrown)
        if (source.isStale(thrown) && stale < MAX_STALE) {
          stale++
          calls--
          continue
        }
        const failure = this.#failureIn(thrown)
        if (failure.streamingDenied && !source.streamingDenied && (await this.#triedWhole())) return
        if (isRefusal(failure) && source.loosen()) {
          refused ??= failure.error
          calls--
          continue
        }
        if (refused && isRefusal(failure)) throw refused
        await this.#waitFor(failure, calls, performance.now() - began)
      }
    }
  }

  async #attemptStream(): Promise<void> {
    const signal = this.#startWatch()
    const stream = await this.#source.openStream(signal)
    this.#body = new Body(stream, {
      source: this.#source,
      events: this.events,
      beat: this.#timing.beat,
      watch: this.#watch!,
      idleMs: this.#timing.idleMs,
      onShown: this.#onShown,
    })
    try {
      await this.#body.read()
    } catch (thrown) {
      throw this.#timedOut ?? thrown
    }
  }

  /** The whole answer at once. */
  async #attemptWhole(): Promise<void> {
    const output = await this.#source.converse(this.#startWatch(WHOLE_ANSWER_FACTOR))
    const ignored = wholeAnswer(output, this.#source.guardrail, this.events.pending)
    if (ignored > 0) this.#source.noteIgnored(ignored)
    this.#onShown()
    this.events.deliver()
  }

  /** Where both are denied, the first denial names what is missing. */
  async #triedWhole(): Promise<boolean> {
    try {
      await this.#attemptWhole()
    } catch (thrown) {
      if (this.#isUnwanted) throw thrown
      const { error } = this.#failureIn(thrown)
      if (error.code === 'access-denied' || error.code === 'model-unsupported') return false
      throw error
    }
    this.#source.noteStreamingDenied()
    return true
  }

  /** The signal of a new attempt, which aborts when nothing comes for too long. */
  #startWatch(patience = 1): AbortSignal {
    const mine = this.#newAttempt()
    this.#watch?.stop()
    this.#timedOut = undefined
    this.#watch = this.#timing.watchdog.watch(this.#timing.firstByteMs * patience, () => {
      this.#timedOut = this.#hasShown
        ? new StreambedError('model-cut-short', 'The model fell silent.')
        : new StreambedError('model-timeout')
      mine.abort(this.#timedOut)
    })
    return mine.signal
  }

  #newAttempt(): AbortController {
    const mine = new AbortController()
    this.#attempt = mine
    if (this.#isUnwanted) mine.abort(this.#signal.reason)
    return mine
  }

  readonly #onShown = (): void => {
    if (this.#hasShown) return
    this.#hasShown = true
    this.#source.release()
  }

  #failureIn(thrown: unknown): Failure {
    const { model, streamingDenied } = this.#source
    return failureOf(this.#timedOut ?? thrown, {
      model,
      action: streamingDenied ? 'bedrock:InvokeModel' : 'bedrock:InvokeModelWithResponseStream',
    })
  }

  async #waitFor(failure: Failure, attempt: number, elapsedMs: number): Promise<void> {
    const { random, retry } = this.#timing
    const delayMs = retryDelay(failure, attempt, elapsedMs, random, retry)
    if (delayMs === undefined) throw failure.error
    this.#watch?.stop()
    this.events.pending.push({ type: 'waiting', attempt, delayMs, error: failure.error })
    this.events.deliver()
    await after(delayMs, undefined, { signal: this.#newAttempt().signal })
  }
}

/**
 * Once something was shown, a broken connection is an answer cut short; what Bedrock itself reported stays what it
 * is.
 */
function afterShown(thrown: unknown): StreambedError {
  if (thrown instanceof StreambedError) return thrown
  return new StreambedError('model-cut-short', 'The connection to Bedrock broke.', { cause: thrown })
}

/** There is no telling from Bedrock's words what was wrong: every maker's are others. */
function isRefusal({ error: { code } }: Failure): boolean {
  return code === 'model-refused-request' || code === 'model-unsupported'
}
