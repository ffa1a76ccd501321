import type { ConversationId, NewEvent, Owner } from '@streambed/protocol'
import type { Agent } from '../agent/agent.ts'
import type { Engine } from './engine.ts'
import { readFold } from './open.ts'
import { setTimer } from './timers.ts'

/** How long a task lies untouched before it counts as abandoned, where the settings say nothing: in milliseconds. */
const TASK_MS = 5 * 60_000

/** The engine's own timer for tasks that the user leaves lying. */
export const SILENCE = 'silence'

/** Before a message is taken: from then on its conversation's tasks are watched, whatever becomes of the server. */
export async function watchSilence(
  engine: Engine,
  owner: Owner,
  conversation: ConversationId,
  agent: Agent,
): Promise<void> {
  if (!agent.tools.some(({ intent }) => intent)) return
  const at = engine.now().getTime() + taskMs(engine)
  await setTimer(engine, {
    owner,
    key: `${SILENCE} ${conversation}`,
    agent: null,
    kind: SILENCE,
    at,
    conversation,
    data: null,
  })
}

/** What follows when a conversation's time is up: its open tasks are abandoned, unless something has happened meanwhile. */
export async function afterSilence(
  engine: Engine,
  owner: Owner,
  conversation: ConversationId | null,
): Promise<{ readonly events?: readonly NewEvent[]; readonly next?: { readonly at: Date } }> {
  const head = conversation && (await engine.store.find(owner, conversation))
  if (!conversation || !head) return {}
  const { tasks } = (await readFold(engine.store, conversation)).conversation
  const now = engine.now().getTime()
  if ((await engine.store.openRuns(conversation)).length > 0) return { next: { at: new Date(now + taskMs(engine)) } }
  const open = tasks.filter(({ status }) => status === 'open')
  const until = Date.parse(head.updatedAt) + taskMs(engine)
  if (open.length > 0 && until > now) return { next: { at: new Date(until) } }
  return { events: open.map(({ id }) => ({ type: 'task-end', task: id, outcome: 'abandoned' })) }
}

const taskMs = ({ settings }: Engine): number => settings.taskMs ?? TASK_MS
