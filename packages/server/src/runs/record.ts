import { type ConversationId, grown, type Owner, type RunId } from '@streambed/protocol'
import { type AppendOptions, Fenced, type NewEvent } from '../store/store.ts'
import { append, type Engine } from './engine.ts'

/** How much may wait for the log before the model has to, in characters of deltas. */
const MAX_WAITING = 256 * 1024
/** How long a log that cannot be written is tried again before the run is given up, in milliseconds. */
const STORE_PATIENCE = 15_000

/** A run and the right to append to its conversation. */
export interface Claim {
  readonly owner: Owner
  readonly conversation: ConversationId
  readonly run: RunId
  readonly fence: number
}

/**
 * Appends a run's `opening` and what its `source` yields: one group at a time, and while one is being written the next gathers,
 * neighbouring deltas joined. Returns when the run's end is in the log, or that it is parked. `earlier` are the words of an answer
 * that goes on. Throws Fenced when somebody else has taken over, or the store's error.
 */
export async function record(
  engine: Engine,
  claim: Claim,
  opening: NewEvent,
  source: (logged: () => Promise<void>) => AsyncIterable<readonly NewEvent[]>,
  earlier = '',
): Promise<void> {
  const options: AppendOptions = { fence: claim.fence }
  let waiting: NewEvent[] = [opening]
  let size = 0
  let words = earlier && `${earlier}\n`
  let ended = false
  let parked = false
  let writing: Promise<void> | undefined
  let failure: unknown

  go() // readers see that the run has begun while the model still thinks
  for await (const batch of source(logged)) {
    for (const event of batch) take(event)
    go()
    if (size > MAX_WAITING) await logged()
    if (failure) break
  }
  await logged()
  if (failure) throw failure
  if (!ended && !parked) throw new Error(`run ${claim.run} yielded no run-end`)

  async function logged(): Promise<void> {
    go()
    await writing
  }

  function take(event: NewEvent): void {
    if (event.type === 'run-end') ended = true
    if (event.type === 'run-park') parked = true
    if (event.type === 'text-delta') words = grown(words, event.text)
    if (event.type === 'text-end') words += '\n'
    if ('text' in event && event.text !== undefined) size += event.text.length
    const last = waiting.at(-1)
    const joined = last && join(last, event)
    if (joined) waiting[waiting.length - 1] = joined
    else waiting.push(event)
  }

  function go(): void {
    if (waiting.length > 0 && !failure) writing ??= write()
  }

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const group = waiting
        waiting = []
        size = 0
        await appendPatiently(engine, claim, group, ended ? { ...options, search: words } : options)
      }
    } catch (error) {
      failure = error
      engine.active.get(claim.run)?.end('fenced')
    }
    writing = undefined
  }
}

/** One delta in place of two that follow each other. */
function join(before: NewEvent, after: NewEvent): NewEvent | undefined {
  switch (after.type) {
    case 'text-delta':
    case 'reasoning-delta':
      if (before.type !== after.type || before.block !== after.block) return undefined
      return { ...before, text: before.text + after.text }
    case 'tool-input-delta':
      if (before.type !== after.type || before.call !== after.call) return undefined
      return { ...before, text: before.text + after.text }
    default:
      return undefined
  }
}

/** A full disk or a busy database may pass; a lost claim does not. */
async function appendPatiently(
  engine: Engine,
  claim: Claim,
  group: readonly NewEvent[],
  options: AppendOptions,
): Promise<void> {
  const deadline = performance.now() + STORE_PATIENCE
  for (let pause = 50; ; pause *= 2) {
    try {
      await append(engine, claim.owner, claim.conversation, group, options)
      return
    } catch (error) {
      if (error instanceof Fenced || !canPass(error) || performance.now() + pause > deadline) throw error
      engine.log.warn({ err: error, conversation: claim.conversation, run: claim.run }, 'the log could not be written')
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

function canPass(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'store-failed'
}
