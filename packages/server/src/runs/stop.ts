import {
  answerOf,
  type ConversationId,
  type NewEvent,
  type Owner,
  type Position,
  type RunId,
  StreambedError,
  textOf,
} from '@streambed/protocol'
import { Fenced, type RunRecord } from '../store/store.ts'
import { closingOf } from './close.ts'
import { append, type Engine } from './engine.ts'
import { readFold } from './open.ts'
import { advance, take } from './perform.ts'

/**
 * Stops a run, wherever it is: waiting for its turn or for people, thinking, speaking or using tools. Durable when it returns; harmless
 * when repeated or late (P15). Returns where the log's end was then.
 */
export async function stop(
  engine: Engine,
  owner: Owner,
  run: RunId,
): Promise<{ readonly conversation: ConversationId; readonly run: RunId; readonly position: Position }> {
  const record = await engine.store.findRun(owner, run)
  if (!record) throw new StreambedError('not-found')
  const { conversation } = record

  await engine.inTurn(conversation, async () => {
    const status = (await engine.store.findRun(owner, run))?.status
    if (status === 'queued' || status === 'parked') await stopWaiting(engine, record)
    if (status === 'active') await stopActive(engine, record)
  })
  await advance(engine, conversation)
  const seq = (await engine.store.find(owner, conversation))?.seq ?? 0
  return { conversation, run, position: { epoch: engine.store.epoch, seq } }
}

/** Ends a run that nobody answers now. One that was parked leaves calls behind, and gets their results. */
async function stopWaiting(engine: Engine, record: RunRecord): Promise<void> {
  const { conversation, run, owner } = record
  const request: NewEvent = { type: 'stop-request', run }
  const end: NewEvent = { type: 'run-end', run, reason: 'stopped' }
  const answer = answerOf((await readFold(engine.store, conversation)).conversation, run)
  if (!answer || answer.attempt === 0) {
    await append(engine, owner, conversation, [request, end])
    return
  }
  const claim = await take(engine, record)
  if (!claim) return stopActive(engine, record) // somebody has just taken it up
  const events = [...(answer.stopping ? [] : [request]), ...closingOf(answer, NOT_RUN), end]
  await append(engine, owner, conversation, events, { fence: claim.fence, search: textOf(answer) })
}

const NOT_RUN = 'Not run: stopped by the user.'

async function stopActive(engine: Engine, record: RunRecord): Promise<void> {
  const { conversation, run, owner } = record
  try {
    await append(engine, owner, conversation, [{ type: 'stop-request', run }])
  } catch (error) {
    if (!(error instanceof Fenced)) throw error // it ended in this very moment: nothing is left to stop
  }
  const active = engine.active.get(run)
  active?.end('stopped')
  void active?.over.then(() => stopParked(engine, record))
}

/** A run may park in the very moment in which it is stopped. */
async function stopParked(engine: Engine, { conversation, run, owner }: RunRecord): Promise<void> {
  try {
    await engine.inTurn(conversation, async () => {
      const record = await engine.store.findRun(owner, run)
      if (record && record.status !== 'ended') await stopWaiting(engine, record)
    })
    await advance(engine, conversation)
  } catch (error) {
    if (!(error instanceof Fenced)) engine.log.error({ err: error, conversation, run }, 'a run could not be stopped')
  }
}
