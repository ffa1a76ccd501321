import type { Budget, ConversationId } from '@streambed/protocol'
import packageJson from '../package.json' with { type: 'json' }
import { isOut } from './accounts/identify.ts'
import type { Filter } from './agent/filters/filter.ts'
import { memoryBus } from './bus/memory.ts'
import { startClockwork } from './clockwork/clockwork.ts'
import { type Config, ConfigError } from './config.ts'
import { connectBedrock } from './connect-bedrock.ts'
import { connectIdentity } from './connect-identity.ts'
import { connectMcp } from './connect-mcp.ts'
import { connectTraces } from './connect-traces.ts'
import { eraseRemoved } from './erase-removed.ts'
import { PLACES } from './filters/places.ts'
import { redact } from './filters/redact.ts'
import { type Gateway, type GatewayOptions, openGateway } from './gateway/gateway.ts'
import type { OriginPolicy } from './gateway/origin.ts'
import { noQuotas, type Quotas, quotas } from './gateway/quotas/quotas.ts'
import { loadAgents } from './load-agents.ts'
import { openLog } from './observe/log.ts'
import { openMetrics } from './observe/metrics.ts'
import { openStore } from './open-store.ts'
import { drain } from './runs/drain.ts'
import { createEngine, type EngineOptions, type Log } from './runs/engine.ts'
import { recover } from './runs/recover.ts'
import { keepNoLonger } from './runs/retention.ts'
import { showOut } from './runs/show-out.ts'
import { watchOver } from './runs/watch-over.ts'
import { agentsHere, shippedPage } from './shipped.ts'

export interface Serving extends AsyncDisposable {
  readonly url: string
  /** Who answers: the demo model of the embedded emulator, or Bedrock. */
  readonly model: 'demo' | 'bedrock'
  /** The page on which the first owner makes an account, while there is none. It holds a secret. */
  readonly welcome: string | undefined
  /** Where it tells what happens. */
  readonly log: Log
  /** Takes no more work, gives running answers the time that the settings allow, then closes everything. */
  drain(): Promise<void>
}

export interface ServeOptions {
  /** How long a run stays a server's without a sign of life, in milliseconds; tests have less time than the default. */
  readonly leaseMs?: number
}

/** Answers those who name no agent, where there is one of this name. */
const DEFAULT_AGENT = 'assistant'
const LEASE_MS = 10_000

/**
 * Starts a whole server: opens what the settings name, looks after what an earlier one left, opens the doors.
 *
 * @throws ConfigError when an agent cannot be loaded, the data are in another server's hands or unusable, or the port is taken.
 */
export async function serve(config: Config, { leaseMs = LEASE_MS }: ServeOptions = {}): Promise<Serving> {
  const log = openLog(config.logLevel)
  await using stack = new AsyncDisposableStack()
  const metrics = stack.use(openMetrics())
  const traces = await connectTraces(config, packageJson.version, log)
  if (traces) stack.use(traces)
  const agents = await loadAgents(config.agentsDir ?? agentsHere())
  const onDamage = (conversation: ConversationId): void =>
    log.error({ conversation }, 'a log is damaged in places: the disk may be failing')
  const store = stack.use(openStore(config, { onCommit: metrics.commit, onDamage }))
  const bus = stack.use(memoryBus())
  const bedrock = stack.use(await connectBedrock(config, log, metrics))
  const mcp = await connectMcp(config, log)
  if (mcp) stack.use(mcp)
  const policy = policyOf(config)
  const { auth, firstInvitation } = await connectIdentity(config, { store, bus, policy })
  const accounts = auth.signIn?.accounts
  const engine = createEngine({
    store,
    bus,
    model: bedrock.model,
    agents: new Map(agents.map((agent) => [agent.name, agent])),
    defaultAgent: (agents.find(({ name }) => name === DEFAULT_AGENT) ?? agents[0]!).name,
    defaultModel: bedrock.defaultModel,
    settings: { ...settingsOf(config), ...runsAtOnceOf(config), ...storageOf(config), leaseMs },
    log,
    ...(mcp && { mcp }),
    ...budgetsOf(config),
    filters: [...redactionOf(config), ...bedrock.filters],
    metrics,
    ...(traces && { traces }),
    ...(accounts && { isOut: (owner) => isOut(accounts, owner) }),
  })
  stack.use(watchOver(engine))
  if (accounts) stack.use(showOut(engine))
  if (accounts) stack.use(eraseRemoved(engine, accounts))
  stack.defer(() => drain(engine, 0))
  const gateway = stack.use(
    await listening(config, {
      engine,
      auth,
      policy,
      about: { version: packageJson.version, model: bedrock.kind },
      guardrail: config.guardrailId,
      mischief: bedrock.mischief,
      quotas: quotasOf(config),
      port: config.port,
      host: config.host,
      webRoot: shippedPage(),
    }),
  )
  await recover(engine)
  stack.use(startClockwork(engine))
  stack.use(keepNoLonger(engine, config.auditDays))
  log.info({ url: gateway.url, model: bedrock.kind, dataDir: config.dataDir }, 'Streambed is ready')

  const owned = stack.move()
  const close = (): Promise<void> => owned.disposeAsync()
  return {
    url: gateway.url,
    model: bedrock.kind,
    log,
    welcome: firstInvitation && `${config.publicUrl ?? gateway.url}/welcome#${firstInvitation}`,
    async drain() {
      await drain(engine, config.drainSeconds * 1_000)
      await close()
    },
    [Symbol.asyncDispose]: close,
  }
}

/** Pages of anywhere may use the token stream where there is one user on this machine, and nowhere else. */
function policyOf({ auth, corsOrigins, host, publicUrl }: Config): OriginPolicy {
  const origins = auth.includes('local') ? corsOrigins : corsOrigins.filter((origin) => origin !== '*')
  return { origins, host, publicOrigin: publicUrl }
}

async function listening({ port }: Config, options: GatewayOptions): Promise<Gateway> {
  try {
    return await openGateway(options)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EADDRINUSE')
      throw new ConfigError(
        `PORT is ${port}, and something listens there already, perhaps another Streambed: stop it, or name another port, 0 for any.`,
        { cause },
      )
    if (code === 'EACCES') throw new ConfigError(`PORT is ${port}; it must be one that this user may use.`, { cause })
    throw cause
  }
}

/** Where there is sign-in people share the server, and its limits hold; on a laptop only those that are set. */
function quotasOf({ auth, requestsPerMinute, connections }: Config): Quotas {
  const isShared = !auth.includes('local')
  if (!isShared && requestsPerMinute === undefined && connections === undefined) return noQuotas
  const [usualRequests, usualConnections] = isShared ? [600, 40] : [1_000_000, 10_000]
  return quotas({
    requestsPerMinute: requestsPerMinute ?? usualRequests,
    connections: connections ?? usualConnections,
  })
}

function runsAtOnceOf({ auth, runsAtOnce }: Config): { readonly runsAtOnce?: number } {
  const isShared = !auth.includes('local')
  return isShared || runsAtOnce !== undefined ? { runsAtOnce: runsAtOnce ?? 10 } : {}
}

function storageOf({ auth, storagePerUser }: Config): { readonly storagePerUser?: number } {
  const isShared = !auth.includes('local')
  return isShared || storagePerUser !== undefined ? { storagePerUser: (storagePerUser ?? 1_000) * 1_000_000 } : {}
}

/** First of all filters, so that no other sees what is taken out. */
function redactionOf({ redact: kinds, redactIn }: Config): readonly Filter[] {
  if (kinds.length === 0 || redactIn.length === 0) return []
  return [
    redact(
      kinds,
      redactIn.map((place) => PLACES[place]),
    ),
  ]
}

/** In micro-dollars, as the settings are. Where there is one user, who has made them, they may be replaced in the app. */
function budgetsOf({ auth, budgetUserDay, budgetOrganisationMonth }: Config): Pick<EngineOptions, 'budgets' | 'caps'> {
  const ofUser = budgetOf('user', 'day', budgetUserDay)
  const ofOrganisation = budgetOf('organisation', 'month', budgetOrganisationMonth)
  if (auth.includes('local')) return { budgets: [...ofUser, ...ofOrganisation] }
  return { budgets: ofUser, caps: ofOrganisation }
}

function budgetOf(scope: Budget['scope'], period: Budget['period'], microDollars?: number): readonly Budget[] {
  return microDollars === undefined ? [] : [{ scope, of: null, period, microDollars, tokens: null, action: 'cut' }]
}

function settingsOf(config: Config) {
  const { maxTokens, temperature, topP, systemPrompt, promptLimit, workspace, taskMinutes, conversationDays } = config
  return {
    workspace,
    taskMs: taskMinutes * 60_000,
    maxTokens,
    promptLimit,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(conversationDays === undefined ? {} : { conversationDays }),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  }
}
