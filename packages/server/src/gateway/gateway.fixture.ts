import { once } from 'node:events'
import type { Budget } from '@streambed/protocol'
import { WebSocket } from 'ws'
import { type Agent, defineAgent } from '../agent/agent.ts'
import type { McpServers } from '../agent/mcp.ts'
import type { Bus } from '../bus/bus.ts'
import { memoryBus } from '../bus/memory.ts'
import { type ScriptedAnswer, type ScriptedModel, scriptedModel } from '../model/scripted.ts'
import type { Metrics } from '../observe/metrics.ts'
import { createEngine, type Engine, type Log } from '../runs/engine.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { type Auth, localUser } from './auth/auth.ts'
import type { Mischief } from './demo.ts'
import { type Gateway, openGateway } from './gateway.ts'
import type { Patience } from './limits.ts'
import type { OriginPolicy } from './origin.ts'
import { noQuotas, type Quota, quotas } from './quotas/quotas.ts'

export interface TestGateway extends Gateway {
  readonly engine: Engine
  readonly model: ScriptedModel
}

interface TestGatewayOptions {
  readonly agents?: readonly Agent[]
  readonly store?: Store
  readonly origins?: readonly string[]
  readonly publicOrigin?: string
  readonly promptLimit?: number
  /** Default: one user without sign-in. */
  readonly auth?: (parts: { readonly bus: Bus; readonly policy: OriginPolicy }) => Auth
  readonly mcp?: McpServers
  readonly budgets?: readonly Budget[]
  readonly caps?: readonly Budget[]
  readonly mischief?: Mischief
  readonly quota?: Quota
  readonly log?: Log
  readonly metrics?: Metrics
  readonly runsAtOnce?: number
  readonly storagePerUser?: number
  readonly patience?: Patience
}

const silent = { info() {}, warn() {}, error() {} }

/** The real doors and runs on a memory store, in front of a scripted model. */
export async function testGateway(
  answers: readonly ScriptedAnswer[],
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  const { agents = [defineAgent({ name: 'assistant', instructions: 'Be brief.' })], store = memoryStore() } = options
  const model = scriptedModel(answers)
  const bus = memoryBus()
  const policy = { origins: options.origins ?? ['*'], host: '127.0.0.1', publicOrigin: options.publicOrigin }
  const engine = createEngine({
    store,
    bus,
    model,
    agents: new Map(agents.map((agent) => [agent.name, agent])),
    defaultAgent: agents[0]!.name,
    defaultModel: () => 'anthropic.claude-haiku-4-5-20251001-v1:0',
    settings: {
      maxTokens: 1000,
      promptLimit: options.promptLimit ?? 32_000,
      leaseMs: 10_000,
      ...(options.runsAtOnce && { runsAtOnce: options.runsAtOnce }),
      ...(options.storagePerUser && { storagePerUser: options.storagePerUser }),
    },
    log: options.log ?? silent,
    ...(options.metrics && { metrics: options.metrics }),
    ...(options.mcp && { mcp: options.mcp }),
    ...(options.budgets && { budgets: options.budgets }),
    ...(options.caps && { caps: options.caps }),
  })
  const gateway = await openGateway({
    engine,
    auth: options.auth?.({ bus, policy }) ?? localUser,
    policy,
    about: { version: '0.0.0', model: 'demo' },
    mischief: options.mischief,
    quotas: options.quota ? quotas(options.quota) : noQuotas,
    port: 0,
    host: '127.0.0.1',
    webRoot: '/nowhere',
    ...(options.patience && { patience: options.patience }),
  })
  return {
    ...gateway,
    engine,
    model,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a frame is whatever came over the wire
export type Frame = any

/** A socket that reads frames one after the other. */
export interface TestSocket extends AsyncDisposable {
  readonly socket: WebSocket
  send(frame: object | string): void
  /** The next frame that fits, with those before it thrown away. */
  next(fits?: (frame: Frame) => boolean): Promise<Frame>
  /** All frames up to and including the first that fits. */
  until(fits: (frame: Frame) => boolean): Promise<Frame[]>
}

export async function connect(url: string, path: string, headers: Record<string, string> = {}): Promise<TestSocket> {
  const socket = new WebSocket(url.replace('http', 'ws') + path, { headers })
  const frames: Frame[] = []
  let wake = (): void => {}
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)))
    wake()
  })
  await once(socket, 'open')

  async function take(): Promise<Frame> {
    while (frames.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('no frame came within 5 s')), 5_000)
        wake = () => {
          clearTimeout(late)
          resolve()
        }
      })
    }
    return frames.shift()
  }

  return {
    socket,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async next(fits = () => true) {
      while (true) {
        const frame = await take()
        if (fits(frame)) return frame
      }
    },
    async until(fits) {
      const taken = [await take()]
      while (!fits(taken.at(-1))) taken.push(await take())
      return taken
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
    },
  }
}
