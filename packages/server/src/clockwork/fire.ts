import type { ConversationId, NewEvent, RequestId } from '@streambed/protocol'
import type { Firing, FiringContext, FiringOutcome } from '../agent/timer.ts'
import { recordsOf } from '../records/records.ts'
import { aliasId } from '../runs/alias.ts'
import { append, type Engine } from '../runs/engine.ts'
import { afterSilence, SILENCE } from '../runs/silence.ts'
import { send } from '../runs/start.ts'
import { Fenced } from '../store/store.ts'
import type { Settlement, Timer } from '../store/timers.ts'

/** How long a handler may take, in milliseconds. */
const PATIENCE = 30_000
/** What fires later than this after its time is late, though the server was up: the machine slept, or somebody set the clock. */
const LATE = 10_000

/**
 * Lets one timer fire. What it says and the note that it has fired are kept together, so a crash at any point neither loses nor
 * doubles it. What fails is tried again later and stands in nobody's way; so is what is of somebody who was shown out.
 *
 * @throws when the store fails: then trying the next one makes no sense.
 */
export async function fire(engine: Engine, timer: Timer, startedAt: number): Promise<void> {
  try {
    if (await engine.isOut(timer.owner))
      await engine.store.timers.postpone(timer, engine.now().getTime() + LONGEST_POSTPONEMENT)
    else await fireOnce(engine, timer, startedAt)
  } catch (error) {
    const { number, kind, agent, key } = timer
    engine.log.error({ err: error, timer: number, agent, kind, key }, 'a timer could not fire, and will be tried again')
    await tryLater(engine, timer, startedAt)
  }
}

async function tryLater({ store, now: clock }: Engine, timer: Timer, startedAt: number): Promise<void> {
  const now = clock().getTime()
  await store.timers.postpone(timer, now + postponement(now - Math.max(timer.at, startedAt)))
}

const SHORTEST_POSTPONEMENT = 1_000
const LONGEST_POSTPONEMENT = 10 * 60_000

/** As long as it has been tried by now: a second, one more, two, four, up to ten minutes. */
export function postponement(triedMs: number): number {
  return Math.min(Math.max(triedMs, SHORTEST_POSTPONEMENT), LONGEST_POSTPONEMENT)
}

async function fireOnce(engine: Engine, timer: Timer, startedAt: number): Promise<void> {
  const conversation = await existing(engine, timer)
  const late = timer.at < startedAt || engine.now().getTime() - timer.at > LATE
  const { owner, key, data, number } = timer
  const firing = { owner, conversation, key, at: new Date(timer.at), late, data, occurrence: `timer-${number}` }
  const {
    notices = [],
    events = eventsOf(notices, late),
    ask,
    next,
    afterwards,
  } = await outcomeOf(engine, timer, firing)
  const over: Settlement = { timer: number, next: next && { at: next.at.getTime(), data: next.data } }

  if (events.length > 0 && !timer.isSaid) {
    const isAll = ask === undefined && !afterwards
    const isMine = await say(engine, timer, conversation, events, isAll ? over : { timer: number, isSaid: true })
    if (isAll || !isMine) return
  }
  if (ask !== undefined) {
    const open = await engine.store.openRuns(conversation ?? aliasId(owner, aliasOf(timer)))
    if (open.length > 0) return tryLater(engine, timer, startedAt)
    const requestId = firing.occurrence as RequestId // sending it again gives the same run
    const target = conversation ? { conversation } : { alias: aliasOf(timer) }
    await send(engine, owner, { requestId, text: ask, agent: timer.agent ?? undefined, ...target }, { waits: true })
  }
  await afterwards?.()
  await engine.store.timers.settle(over)
}

/** What an agent's handler, or the engine itself, makes of a firing. */
type Outcome = FiringOutcome & { readonly events?: readonly NewEvent[] }

async function outcomeOf(engine: Engine, timer: Timer, firing: Firing): Promise<Outcome> {
  if (timer.agent === null && timer.kind === SILENCE) return afterSilence(engine, timer.owner, firing.conversation)
  const handler = engine.agents.get(timer.agent ?? '')?.timers[timer.kind]
  if (!handler) throw new Error(`nobody here handles timers of kind ${timer.kind}`)
  const signal = AbortSignal.timeout(PATIENCE)
  const context: FiringContext = { now: engine.now, signal, records: recordsOf(engine, timer.owner) }
  const { promise: late, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return (await Promise.race([handler(firing, context), late])) ?? {}
}

function eventsOf(notices: NonNullable<FiringOutcome['notices']>, late: boolean): readonly NewEvent[] {
  return notices.map((notice) => ({ type: 'notice', ...notice, ...(late && { late }) }))
}

/** Returns whether it was this firing that said it: somebody may have cancelled the timer, or another server have been faster. */
async function say(
  engine: Engine,
  timer: Timer,
  conversation: ConversationId | null,
  events: readonly NewEvent[],
  settles: Settlement,
): Promise<boolean> {
  const { owner } = timer
  const id = conversation ?? aliasId(owner, aliasOf(timer))
  try {
    await engine.inTurn(id, async () => {
      const isNew = (await engine.store.find(owner, id)) === undefined
      await append(engine, owner, id, isNew ? [opening(engine, timer), ...events] : events, { settles })
    })
    return true
  } catch (error) {
    if (error instanceof Fenced) return false
    throw error
  }
}

async function existing({ store }: Engine, { owner, conversation }: Timer): Promise<ConversationId | null> {
  return conversation && (await store.find(owner, conversation)) ? conversation : null
}

/** Timers whose conversation is gone share a new one. */
function opening({ agents, defaultAgent }: Engine, timer: Timer): NewEvent {
  const { owner, agent } = timer
  const title = agents.get(agent ?? '')?.title ?? null
  return { type: 'conversation-start', agent: agent ?? defaultAgent, title, owner, alias: aliasOf(timer) }
}

const aliasOf = ({ agent }: Timer): string => `timers of ${agent}`
