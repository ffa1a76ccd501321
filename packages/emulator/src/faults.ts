import type { ErrorName } from './errors.ts'

/**
 * What shall go wrong with one answer. Events and bytes count from 0 and are those of the answer's body: event 0 is
 * `messageStart`. A fault at an event that the answer does not reach does not happen.
 */
export type Fault =
  /** An HTTP error instead of an answer. `retryAfter` is in seconds; `body` replaces the JSON (say, a proxy's HTML). */
  | {
      readonly type: 'http'
      readonly status?: number
      readonly name?: ErrorName | (string & {})
      readonly message?: string
      readonly retryAfter?: number
      readonly body?: string
      readonly contentType?: string
    }
  /** A modelled error in the stream in place of event `at`, such as `throttlingException`; the stream ends with it. */
  | {
      readonly type: 'exception'
      readonly at: number
      readonly name: string
      readonly message?: string
      readonly fields?: object
    }
  /** A frame with `:message-type: error` in place of event `at`; the stream ends with it. */
  | { readonly type: 'error-frame'; readonly at: number; readonly code?: string; readonly message?: string }
  /** The answer breaks off before event `at`, or after `afterBytes` bytes of its body. */
  | {
      readonly type: 'cut'
      readonly at?: number
      readonly afterBytes?: number
      readonly how?: CutHow
      /** For `reset`: the HTTP/2 error code, default INTERNAL_ERROR (2). */
      readonly code?: number
    }
  /** Nothing more comes, until the client closes: before the `head`, or before event `at` (0: after the head). */
  | { readonly type: 'stall'; readonly at: 'head' | number }
  /** A pause of `ms` milliseconds before the `head` or before event `at`. */
  | { readonly type: 'delay'; readonly at: 'head' | number; readonly ms: number }
  /** Event `at` arrives broken: a wrong checksum, payload that is no JSON, or a length prefix that says `length`. */
  | { readonly type: 'corrupt'; readonly at: number; readonly part: 'message-crc' | 'prelude-crc' | 'payload' }
  | { readonly type: 'length'; readonly at: number; readonly length: number }
  /** One bit of the body is turned over. Bit 0 is the highest of the first byte. */
  | { readonly type: 'flip'; readonly bit: number }
  /** Events of this name are left out. */
  | { readonly type: 'omit'; readonly event: string }
  /** `metadata` comes before `messageStop`. */
  | { readonly type: 'metadata-first' }
  /** An event more before event `at`: of an unknown name, or with a delta nobody knows. */
  | { readonly type: 'insert'; readonly at: number; readonly event: string; readonly payload?: object }
  /** The body is written in pieces of `size` bytes, or of random sizes up to it when there is a `seed`. */
  | { readonly type: 'chunks'; readonly size: number; readonly seed?: number }
  /** Every write ends in the middle of a character, wherever there is one of several bytes. */
  | { readonly type: 'split-utf8' }

/**
 * `end`: the body ends as if it were complete. `fin`: the connection is closed. `rst`: it is reset. `reset`: HTTP/2's
 * RST_STREAM (on HTTP/1.1, which has none, the same as `rst`).
 */
export type CutHow = 'end' | 'fin' | 'rst' | 'reset'

/** Faults that wait for the requests they are meant for. */
export interface FaultOrder {
  readonly faults: Fault | readonly Fault[]
  /** Only requests of this operation, such as `ConverseStream`. */
  readonly operation?: string
  /** Only requests whose model id contains this. */
  readonly model?: string
  /** Only requests whose body contains this. */
  readonly text?: string
  /** Let so many matching requests pass first. Default 0. */
  readonly skip?: number
  /** How many requests it is good for. Default 1. */
  readonly times?: number
}

export interface FaultQueue {
  /** At most 1,000 orders wait; more throw a RangeError. */
  add(...orders: readonly (Fault | FaultOrder)[]): void
  /** Takes the faults of the first order that fits this request. */
  take(request: { operation: string; model: string; body: string }): readonly Fault[]
  clear(): void
  readonly waiting: readonly FaultOrder[]
}

export function faultQueue(): FaultQueue {
  let orders: { order: FaultOrder; skip: number; times: number }[] = []

  return {
    add(...more) {
      if (orders.length + more.length > 1_000) throw new RangeError('More than 1,000 fault orders are waiting.')
      for (const item of more) {
        const order = 'faults' in item ? item : { faults: item }
        orders.push({ order, skip: order.skip ?? 0, times: order.times ?? 1 })
      }
    },
    take(request) {
      for (const waiting of orders) {
        if (!fits(waiting.order, request)) continue
        if (waiting.skip-- > 0) continue
        if (--waiting.times <= 0) orders = orders.filter((other) => other !== waiting)
        const { faults } = waiting.order
        return 'type' in faults ? [faults] : faults
      }
      return []
    },
    clear() {
      orders = []
    },
    get waiting() {
      return orders.map(({ order, skip, times }) => ({ ...order, skip: Math.max(skip, 0), times }))
    },
  }
}

/** Reads faults that came from outside, as one object or a list. Throws a TypeError that names what is wrong. */
export function parseFaults(value: unknown): readonly Fault[] {
  return (Array.isArray(value) ? value : [value]).map(parseFault)
}

/** Reads orders from outside: `{faults: …, times: …}` or a bare fault. */
export function parseOrders(value: unknown): readonly FaultOrder[] {
  return (Array.isArray(value) ? value : [value]).map((item) => {
    if (!isObject(item) || !('faults' in item)) return { faults: parseFaults(item) }
    const { faults, ...rest } = item
    for (const name of ['operation', 'model', 'text']) expect(rest, name, 'string', false)
    for (const name of ['skip', 'times']) expect(rest, name, 'number', false)
    return { ...rest, faults: parseFaults(faults) }
  })
}

/** What each type of fault must (true) or may (false) have. */
const FIELDS: Record<Fault['type'], Record<string, readonly [kind: string, required: boolean]>> = {
  http: {
    status: ['number', false],
    name: ['string', false],
    message: ['string', false],
    retryAfter: ['number', false],
    body: ['string', false],
    contentType: ['string', false],
  },
  exception: {
    at: ['number', true],
    name: ['string', true],
    message: ['string', false],
    fields: ['object', false],
  },
  'error-frame': { at: ['number', true], code: ['string', false], message: ['string', false] },
  cut: {
    at: ['number', false],
    afterBytes: ['number', false],
    how: ['end|fin|rst|reset', false],
    code: ['number', false],
  },
  stall: { at: ['position', true] },
  delay: { at: ['position', true], ms: ['number', true] },
  corrupt: { at: ['number', true], part: ['message-crc|prelude-crc|payload', true] },
  length: { at: ['number', true], length: ['number', true] },
  flip: { bit: ['number', true] },
  omit: { event: ['string', true] },
  'metadata-first': {},
  insert: { at: ['number', true], event: ['string', true], payload: ['object', false] },
  chunks: { size: ['number', true], seed: ['number', false] },
  'split-utf8': {},
}

function parseFault(value: unknown): Fault {
  if (!isObject(value)) throw new TypeError('A fault is an object with a type.')
  const type = value['type']
  if (typeof type !== 'string' || !(type in FIELDS)) {
    throw new TypeError(
      `A fault's type is one of ${Object.keys(FIELDS).join(', ')}; this one says ${JSON.stringify(type)}.`,
    )
  }
  const fields = FIELDS[type as Fault['type']]
  for (const name of Object.keys(value)) {
    if (name !== 'type' && !(name in fields)) throw new TypeError(`A fault of type ${type} has no field "${name}".`)
  }
  for (const [name, [kind, required]] of Object.entries(fields)) expect(value, name, kind, required)
  return value as unknown as Fault // every field has just been checked
}

function expect(value: Record<string, unknown>, name: string, kind: string, required: boolean): void {
  const found = value[name]
  if (found === undefined && !required) return
  const right =
    kind === 'position'
      ? found === 'head' || isCount(found)
      : kind === 'number'
        ? isCount(found)
        : kind.includes('|')
          ? typeof found === 'string' && kind.split('|').includes(found)
          : typeof found === kind && found !== null
  if (!right) throw new TypeError(`A fault's "${name}" must be ${kind}; it is ${JSON.stringify(found)}.`)
}

function fits(
  order: FaultOrder,
  { operation, model, body }: { operation: string; model: string; body: string },
): boolean {
  if (order.operation !== undefined && order.operation !== operation) return false
  if (order.model !== undefined && !model.includes(order.model)) return false
  return order.text === undefined || body.includes(order.text)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
