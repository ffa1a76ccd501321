import type { Brain } from './brains/brain.ts'
import { demoBrain } from './brains/demo/demo.ts'
import { promptCache } from './cache.ts'
import { type Fault, type FaultOrder, type FaultQueue, faultQueue } from './faults.ts'
import { DEMO_GUARDRAIL, type Guardrail } from './guardrails.ts'
import { type Journal, journal } from './journal.ts'
import { listen } from './listen.ts'
import { catalogue, type Model } from './models.ts'
import type { Setup } from './operations/operation.ts'
import type { Pace } from './pace.ts'
import { serve } from './serve.ts'
import { schemaCheck } from './validate/schema.ts'

export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. Anyone who reaches the port can use the emulator. */
  readonly host?: string
  /** What answers. Default: the demo model. */
  readonly brain?: Brain
  /** How fast, unless an answer or the header `x-emulator-pace` says otherwise. Default `natural`. */
  readonly pace?: Pace
  /** Orders that wait from the start. */
  readonly faults?: readonly (Fault | FaultOrder)[]
  /** Models in addition to those of `models.json`. */
  readonly models?: readonly Model[]
  /** Guardrails in addition to `demo-guardrail`. */
  readonly guardrails?: readonly Guardrail[]
  /** Named in ARNs. Default us-east-1. */
  readonly region?: string
}

export interface Emulator extends AsyncDisposable {
  /** The endpoint to give to an AWS SDK, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly port: number
  readonly journal: Journal
  readonly faults: FaultQueue
  /** Ends every connection at once. The same as leaving an `await using` block. */
  close(): Promise<void>
}

/** Starts a Bedrock on this machine. Rejects when the port cannot be had. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1', brain = demoBrain(), pace = 'natural', region = 'us-east-1' } = options
  const setup: Setup = {
    brain,
    pace,
    region,
    catalogue: catalogue(options.models),
    guardrails: [...(options.guardrails ?? []), DEMO_GUARDRAIL],
    cache: promptCache(),
    faults: faultQueue(),
    journal: journal(),
  }
  setup.faults.add(...(options.faults ?? []))
  let closing = false
  const listener = await listen(port, host, (exchange) => {
    serve(exchange, setup, () => closing).catch(() => exchange.cut('rst')) // an answer that cannot be written at all
  })
  const warmUp = setTimeout(() => void schemaCheck(), 250).unref() // loading the SDK takes longer than all the rest
  const close = async (): Promise<void> => {
    closing = true
    clearTimeout(warmUp)
    await listener[Symbol.asyncDispose]()
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}`,
    port: listener.port,
    journal: setup.journal,
    faults: setup.faults,
    close,
    [Symbol.asyncDispose]: close,
  }
}
