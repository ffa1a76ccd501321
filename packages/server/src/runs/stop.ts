import { type Owner, type Position, type RunId, StreambedError } from '@streambed/protocol'
import { Fenced } from '../store/store.ts'
import { append, type Engine } from './engine.ts'
import { advance } from './perform.ts'

/**
 * Stops a run, wherever it is: waiting for its turn, thinking, speaking or using tools. Durable when it returns; harmless
 * when repeated or late (P15). Returns where the log's end was then.
 */
export async function stop(
  engine: Engine,
  owner: Owner,
  run: RunId,
): Promise<{ readonly conversation: RunRecord['conversation']; readonly run: RunId; readonly position: Position }> {
  const record = await engine.store.findRun(owner, run)
  if (!record) throw new StreambedError('not-found')
  const { conversation } = record

  await engine.inTurn(conversation, async () => {
    const status = (await engine.store.findRun(owner, run))?.status
    if (status === 'queued') await stopQueued(engine, owner, record)
    if (status === 'active') await stopActive(engine, owner, record)
  })
  await advance(engine, conversation)
  const seq = (await engine.store.find(owner, conversation))?.seq ?? 0
  return { conversation, run, position: { epoch: engine.store.epoch, seq } }
}

type RunRecord = NonNullable<Awaited<ReturnType<Engine['store']['findRun']>>>

async function stopQueued(engine: Engine, owner: Owner, { conversation, run }: RunRecord): Promise<void> {
  await append(engine, owner, conversation, [
    { type: 'stop-request', run },
    { type: 'run-end', run, reason: 'stopped' },
  ])
}

async function stopActive(engine: Engine, owner: Owner, { conversation, run }: RunRecord): Promise<void> {
  try {
    await append(engine, owner, conversation, [{ type: 'stop-request', run }])
  } catch (error) {
    if (!(error instanceof Fenced)) throw error // it ended in this very moment: nothing is left to stop
  }
  engine.active.get(run)?.end('stopped')
}
