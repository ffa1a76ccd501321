import { answerOf, type ConversationId, StreambedError, textOf } from '@streambed/protocol'
import { refused } from '../agent/filters/filter-answer.ts'
import { type AnswerOptions, answer } from '../agent/loop.ts'
import { accompany } from '../agent/tasks/accompany.ts'
import { Fenced, type NewEvent, type RunRecord } from '../store/store.ts'
import { warn } from './budgets.ts'
import { closingOf } from './close.ts'
import { type ActiveRun, append, type Engine } from './engine.ts'
import { readFold, saveSnapshotWhenDue } from './open.ts'
import { prepare, type Question } from './prepare.ts'
import { type Claim, record } from './record.ts'
import { hasPlace, holdPlace } from './room.ts'

/**
 * Starts the run whose turn it is in a conversation, unless one is running. Where its owner has no place for it, it waits until another
 * of theirs, or of their organisation, is over. Returns when it has started, not when it ends. `held` is a place that is held for it.
 */
export async function advance(engine: Engine, conversation: ConversationId, held?: Disposable): Promise<void> {
  if (engine.draining) return
  await engine.inTurn(conversation, async () => {
    const [next] = await engine.store.openRuns(conversation)
    const isDue = next?.status === 'queued' && !engine.draining && !(await engine.isOut(next.owner))
    using place = isDue ? (held ?? holdPlace(engine, next.owner)) : undefined
    if (isDue && !place) {
      engine.waiting.set(conversation, next.owner)
      return
    }
    engine.waiting.delete(conversation)
    const claim = isDue && (await take(engine, next))
    if (claim) begin(engine, next, claim)
  })
}

/** A place is free: those go on that have waited for it, the longest first, and behind them what waits in its conversation. */
async function passOn(engine: Engine, { owner, conversation }: Claim): Promise<void> {
  engine.waiting.set(conversation, owner)
  for (const [next, other] of [...engine.waiting])
    if (other.org === owner.org && hasPlace(engine, other)) await advance(engine, next)
}

/** Makes a run this server's, if nobody else has it. */
export async function take(engine: Engine, { conversation, run, owner }: RunRecord): Promise<Claim | undefined> {
  const fence = await engine.store.claim(conversation, run, engine.server, engine.settings.leaseMs)
  return fence === undefined ? undefined : { owner, conversation, run, fence }
}

/** Lets a claimed run go its way. */
export function begin(engine: Engine, run: RunRecord, claim: Claim): void {
  const controller = new AbortController()
  const active: ActiveRun = {
    owner: claim.owner,
    conversation: claim.conversation,
    end: (reason) => controller.abort(reason),
    over: perform(engine, run, claim, controller.signal).finally(() => {
      engine.active.delete(claim.run)
      void passOn(engine, claim).catch((error) => report(engine, claim, error))
    }),
  }
  engine.active.set(claim.run, active)
}

/** A run from its claim to its end. What goes wrong becomes the run's end, for its readers to see; it never rejects. */
async function perform(engine: Engine, run: RunRecord, claim: Claim, signal: AbortSignal): Promise<void> {
  const begun = performance.now()
  const { agent, conversation } = run
  try {
    await answerInto(engine, run, claim, signal)
    const ms = Math.round(performance.now() - begun)
    engine.log.info({ conversation, run: run.run, agent, ms }, 'a run is over, or waits for people')
    await warn(engine, run)
    await saveSnapshotWhenDue(engine.store, claim.conversation)
  } catch (error) {
    if (await isThere(engine, claim)) report(engine, claim, error)
    else engine.log.info({ conversation, run: run.run }, 'a run went with its conversation')
  }
}

/** Whether a run's conversation was not deleted meanwhile. Where the store cannot say, it is what went wrong. */
function isThere({ store }: Engine, { owner, conversation }: Claim): Promise<boolean> {
  return store.find(owner, conversation).then(
    (found) => found !== undefined,
    () => true,
  )
}

async function answerInto(engine: Engine, run: RunRecord, claim: Claim, signal: AbortSignal): Promise<void> {
  try {
    const question = await prepare(engine, run)
    const { resume } = question
    if (resume?.answer.stopping) engine.active.get(run.run)?.end('stopped')
    const earlier = resume && textOf(resume.answer)
    const company = { ...question, run: run.run, isResumed: resume !== undefined }
    await record(
      engine,
      claim,
      openingOf(question),
      (logged) => accompany(answerTo({ ...question, signal, logged }), company),
      earlier,
    )
  } catch (error) {
    if (error instanceof Fenced) throw error
    const end: NewEvent = { type: 'run-end', run: run.run, reason: 'failed', error: StreambedError.of(error).body }
    const cut = answerOf((await readFold(engine.store, claim.conversation)).conversation, run.run)
    const closing = cut ? closingOf(cut, 'Not run: the answer broke off.') : []
    await append(engine, claim.owner, claim.conversation, [...closing, end], { fence: claim.fence })
    throw error
  }
}

/** The answer as people may see it. A message that was refused has the filter's sentence for an answer. */
function answerTo(question: Question & Pick<AnswerOptions, 'signal' | 'logged'>): AsyncIterable<readonly NewEvent[]> {
  const { refusal, filters, signal, ids, conversation, stateBefore } = question
  if (refusal !== undefined) return refused(ids.run, refusal)
  if (!filters?.lookAtAnswers) return answer(question)
  const stopping = new AbortController()
  const events = answer({ ...question, signal: AbortSignal.any([signal, stopping.signal]) })
  const stop = () => stopping.abort('stopped')
  return filters.answer(events, { run: ids.run, state: conversation.state, stateBefore, stop })
}

function openingOf({ agent, modelId, ids: { run }, resume }: Question): NewEvent {
  if (resume) return { type: 'run-resume', run, attempt: resume.answer.attempt + 1 }
  return { type: 'run-start', run, agent: agent.name, model: modelId, attempt: 1 }
}

function report(engine: Engine, { conversation, run }: Claim, error: unknown): void {
  if (error instanceof Fenced) engine.log.warn({ conversation, run }, 'another writer has taken over this run')
  else engine.log.error({ err: error, conversation, run }, 'a run failed')
}
