import { type RunId, StreambedError, type TaskId } from '@streambed/protocol'

/** The server's working context for one intent: it ends with it, or when the user leaves it lying. */
export interface Session {
  readonly id: string
  readonly intent: TaskId
  readonly name: string
  readonly status: 'active' | 'completed' | 'abandoned' | 'cancelled'
  readonly startedAt: string
  readonly endedAt: string | null
}

/** A session is named after the run with which it began: the same after every restart. */
export function sessionId(run: RunId, count: number): string {
  const name = `s_${run.replace(/^r_/, '')}`
  return count === 1 ? name : `${name}-${count}`
}

/** The run with which a session began. */
export function runOfSession(session: string): RunId {
  const name = /^s_([A-Za-z0-9_]{1,60})(-\d{1,3})?$/.exec(session)?.[1]
  if (!name) throw new StreambedError('not-found')
  return `r_${name}` as RunId // as `sessionId` made it
}
