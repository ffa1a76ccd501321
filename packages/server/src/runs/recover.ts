import type { AssistantMessage, Conversation, RunId } from '@streambed/protocol'
import { answerOf, StreambedError, textOf } from '@streambed/protocol'
import { Fenced, type NewEvent, type RunRecord } from '../store/store.ts'
import { expireApprovals } from './approve.ts'
import { closingOf } from './close.ts'
import { cutUsage } from './cut-usage.ts'
import { append, type Engine } from './engine.ts'
import { reopenedForm } from './forms.ts'
import { readFold } from './open.ts'
import { advance, begin, take } from './perform.ts'
import type { Claim } from './record.ts'
import { stop } from './stop.ts'

/**
 * Looks after runs that nobody answers: those whose server went away and those that wait where nothing runs. One that had not
 * begun is begun; one that was cut is ended as `interrupted`, with all that was said, or parked again when people have a say in it. What
 * nobody answered in its time counts as not allowed. Those of people who were shown out are stopped. Called at start, then now and again.
 */
export async function recover(engine: Engine): Promise<void> {
  for (const run of await engine.store.orphans()) {
    if (engine.draining) return
    if (engine.active.has(run.run)) continue
    try {
      if (await engine.isOut(run.owner)) await stop(engine, run.owner, run.run)
      else if (run.status === 'queued') await advance(engine, run.conversation)
      else if (run.status === 'parked') await expireApprovals(engine, run)
      if (run.status === 'active') await engine.inTurn(run.conversation, () => takeOver(engine, run))
    } catch (error) {
      if (!(error instanceof Fenced)) {
        engine.log.error({ err: error, conversation: run.conversation, run: run.run }, 'a run could not be recovered')
      }
    }
  }
}

async function takeOver(engine: Engine, run: RunRecord): Promise<void> {
  const claim = await take(engine, run)
  if (!claim) return
  const { conversation } = await readFold(engine.store, run.conversation)
  const cut = answerOf(conversation, run.run)
  const isWaiting = cut?.status === 'queued' || cut?.status === 'parked'
  if (isWaiting && !cut.stopping) return begin(engine, run, claim)
  if (cut && goesOn(cut)) {
    await append(engine, run.owner, run.conversation, [...closingOf(cut), { type: 'run-park', run: run.run }], {
      fence: claim.fence,
    })
    engine.log.info({ conversation: run.conversation, run: run.run }, 'parked a run that its server had left')
  } else {
    await endCut(engine, run, claim, conversation, cut)
    engine.log.info({ conversation: run.conversation, run: run.run }, 'ended a run that its server had left')
  }
  void advance(engine, run.conversation)
}

/** A run that goes on and on being cut is ended at last. */
const MAX_ATTEMPTS = 20

/**
 * Whether a cut run can be taken up again: it waits for people, or was just doing what they allowed. What it said then is all in the
 * log, and the calls of that step that were cut are told to the model.
 */
function goesOn({ blocks, stopping, attempt, steps, usage }: AssistantMessage): boolean {
  if (stopping || attempt >= MAX_ATTEMPTS) return false
  if (blocks.some((block) => block.type === 'tool' && block.status === 'waiting')) return true
  const isAsking = steps > (usage?.calls ?? 0)
  const last = blocks.slice(blocks.findLastIndex(({ type }) => type === 'text' || type === 'reasoning') + 1)
  return !isAsking && last.some((block) => block.type === 'tool' && block.approval !== null)
}

async function endCut(
  engine: Engine,
  run: RunRecord,
  { fence }: Claim,
  conversation: Conversation,
  cut: AssistantMessage | undefined,
): Promise<void> {
  const events = cut
    ? [
        ...closingOf(cut, 'Not run: the answer broke off.'),
        ...(await cutUsage(engine, run, cut)),
        ...reopenedForm(conversation, cut),
        cut.stopping ? stopped(run.run) : interrupted(run.run),
      ]
    : [interrupted(run.run)]
  await append(engine, run.owner, run.conversation, events, { fence, search: cut ? textOf(cut) : '' })
}

/** Somebody had asked for it before the server went away. */
function stopped(run: RunId): NewEvent {
  return { type: 'run-end', run, reason: 'stopped' }
}

function interrupted(run: RunId): NewEvent {
  return { type: 'run-end', run, reason: 'interrupted', error: new StreambedError('interrupted').body }
}
