import type { RequestId } from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { Failure, failure } from '../failure.ts'
import { newRequestId } from '../request-id.ts'
import type { AckFrame, Frame, LinkClose, Request } from '../transport/transport.ts'
import type { Connection } from './connection.ts'

/** The frames that are answered by an ack or an error, and may be said twice (P14, P15, P16, P52, P62). */
export type Answered = Extract<Request, { type: 'send' | 'stop' | 'retry' | 'approve' | 'form' }>

/** An answer that is this late has got lost, though the link has not. */
const REPEAT_MS = 30_000

/** What was asked and is not answered yet. It is asked again on every new link, and now and then on the same one. */
export class Requests implements Disposable {
  readonly #connection: Connection
  readonly #clock: Clock
  readonly #open = new Map<RequestId, Open>()
  readonly #unlisten: () => void
  #isClosed = false

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
    this.#unlisten = connection.listen({
      opened: () => this.#openAll(),
      lost: (close) => this.#lost(close),
      received: (frame) => this.#received(frame),
    })
  }

  /** Resolves with the ack. Rejects with the server's error as a `Failure`, or after `timeoutMs` with `no-answer`. */
  async ask(frame: Answered, timeoutMs?: number): Promise<AckFrame> {
    if (this.#isClosed) throw failure('closed')
    const { promise, resolve, reject } = Promise.withResolvers<AckFrame>()
    const open: Open = { frame, resolve, reject, cancelRepeat: () => {} }
    this.#open.set(frame.requestId, open)
    const cancel = timeoutMs && this.#clock.after(timeoutMs, () => reject(failure('no-answer')))
    this.#say(open)
    try {
      return await promise
    } finally {
      if (cancel) cancel()
      open.cancelRepeat()
      if (this.#open.get(frame.requestId) === open) this.#open.delete(frame.requestId)
    }
  }

  /** Asks the server to stop a run, to answer anew, or to take an answer to what an agent has asked. */
  command(frame: CommandFrame): Promise<AckFrame> {
    return this.ask({ ...frame, requestId: newRequestId() }, REPEAT_MS)
  }

  /** The answer is known from elsewhere. */
  settle(requestId: RequestId, ack: AckFrame): void {
    this.#open.get(requestId)?.resolve(ack)
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#unlisten()
    for (const { reject } of this.#open.values()) reject(failure('closed'))
  }

  #say(open: Open): void {
    open.cancelRepeat()
    if (this.#connection.send(open.frame)) open.cancelRepeat = this.#clock.after(REPEAT_MS, () => this.#say(open))
  }

  #openAll(): void {
    for (const open of this.#open.values()) this.#say(open)
  }

  #lost({ kind, error }: LinkClose): void {
    for (const open of this.#open.values()) open.cancelRepeat()
    if (kind === 'too-large') this.#largest()?.reject(new Failure(error)) // or it would break every link to come
  }

  #received(frame: Frame): void {
    if ((frame.type !== 'ack' && frame.type !== 'error') || !frame.requestId) return
    const open = this.#open.get(frame.requestId)
    if (frame.type === 'ack') open?.resolve(frame)
    else open?.reject(new Failure(frame.error))
  }

  #largest(): Open | undefined {
    const size = ({ frame }: Open) => JSON.stringify(frame).length
    return [...this.#open.values()].sort((one, other) => size(other) - size(one))[0]
  }
}

type CommandFrame = Without<Extract<Answered, { type: 'stop' | 'retry' | 'approve' | 'form' }>, 'requestId'>
type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

interface Open {
  readonly frame: Answered
  readonly resolve: (ack: AckFrame) => void
  readonly reject: (failure: Failure) => void
  cancelRepeat: () => void
}
