import type { Conversation, NewEvent, RunId } from '@streambed/protocol'
import type { Agent } from '../agent.ts'
import { Steps } from './steps.ts'
import { TaskWatch } from './task-watch.ts'

export interface AccompanyOptions {
  readonly agent: Pick<Agent, 'tools' | 'steps'>
  readonly run: RunId
  /** As it stands before the run. */
  readonly conversation: Pick<Conversation, 'tasks' | 'messages' | 'forms'>
  /** The run goes on after people have answered, and has said what it says first. */
  readonly isResumed: boolean
}

/**
 * A run's events, and between them what they mean to the user: the tasks that begin and end with them, and for agents that want it the
 * steps that people see while they wait. Those of agents without intents and steps pass as they are.
 */
export function accompany(
  source: AsyncIterable<readonly NewEvent[]>,
  { agent, run, conversation, isResumed }: AccompanyOptions,
): AsyncIterable<readonly NewEvent[]> {
  const intents = new Set(agent.tools.filter(({ intent }) => intent).map(({ name }) => name))
  if (intents.size === 0 && !agent.steps) return source
  const watch = new TaskWatch({ run, intents, conversation })
  const steps = agent.steps ? new Steps({ run, intents }) : undefined
  const goesOn = watch.current !== undefined
  const first = isResumed ? [] : [...watch.begin(), ...(steps?.begin(goesOn) ?? [])]
  return withCompany(source, first, watch, steps)
}

async function* withCompany(
  source: AsyncIterable<readonly NewEvent[]>,
  first: readonly NewEvent[],
  watch: TaskWatch,
  steps: Steps | undefined,
): AsyncGenerator<readonly NewEvent[]> {
  if (first.length > 0) yield first
  for await (const batch of source) {
    yield batch.flatMap((event) => {
      const tasks = watch.after(event)
      const isNew = tasks.some(({ type }) => type === 'task-start')
      return [...(steps?.before(event) ?? []), event, ...tasks, ...(steps?.after(event, isNew) ?? [])]
    })
  }
}
