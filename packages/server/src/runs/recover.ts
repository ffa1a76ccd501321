import type { AssistantMessage, Conversation, RunId } from '@streambed/protocol'
import { answerOf, StreambedError } from '@streambed/protocol'
import { Fenced, type NewEvent, type RunRecord } from '../store/store.ts'
import { cutUsage } from './cut-usage.ts'
import { append, type Engine } from './engine.ts'
import { readFold } from './open.ts'
import { advance, begin, take } from './perform.ts'

/**
 * Looks after runs that nobody answers: those whose server went away and those that wait where nothing runs. One that had not
 * begun is begun; one that was cut is ended as `interrupted`, with all that was said. Called at start, then now and again.
 */
export async function recover(engine: Engine): Promise<void> {
  for (const run of await engine.store.orphans()) {
    if (engine.draining) return
    if (engine.active.has(run.run)) continue
    try {
      if (run.status === 'queued') await advance(engine, run.conversation)
      else await engine.inTurn(run.conversation, () => takeOver(engine, run))
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
  if (cut?.status === 'queued') return begin(engine, run, claim)
  const events = cut
    ? [...closingOf(cut), ...(await cutUsage(engine, run, cut)), cut.stopping ? stopped(run.run) : interrupted(run.run)]
    : [interrupted(run.run)]
  const search = wordsOf(conversation, run.run)
  await append(engine, run.owner, run.conversation, events, { fence: claim.fence, search })
  engine.log.info({ conversation: run.conversation, run: run.run }, 'ended a run that its server had left')
  void advance(engine, run.conversation)
}

/** Closes all that a cut run left open. */
function closingOf(cut: AssistantMessage): readonly NewEvent[] {
  const run = cut.id
  const events: NewEvent[] = []
  for (const block of cut.blocks) {
    if (block.type === 'tool') {
      if (block.status === 'done' || block.status === 'failed') continue
      const error = 'The server went away before this tool was done. It may or may not have had its effect.'
      events.push({ type: 'tool-result', run, call: block.call, name: block.name, ok: false, error, durationMs: 0 })
    } else if (block.type !== 'component' && block.open) {
      events.push({ type: block.type === 'text' ? 'text-end' : 'reasoning-end', run, block: block.block })
    }
  }
  return events
}

/** Somebody had asked for it before the server went away. */
function stopped(run: RunId): NewEvent {
  return { type: 'run-end', run, reason: 'stopped' }
}

function interrupted(run: RunId): NewEvent {
  return { type: 'run-end', run, reason: 'interrupted', error: new StreambedError('interrupted').body }
}

function wordsOf(conversation: Conversation, run: RunId): string {
  const blocks = answerOf(conversation, run)?.blocks ?? []
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
}
