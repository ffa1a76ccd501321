import type { Conversation, Task } from '@streambed/protocol'

/**
 * The task that the next message belongs to: the open one that was worked on last, or the last one of all if the user left it lying.
 * What was completed or cancelled is over.
 */
export function goingOn({ tasks, messages }: Pick<Conversation, 'tasks' | 'messages'>): Task | undefined {
  const order = new Map(messages.map(({ id }, i) => [String(id), i]))
  const touched = (task: Task): number => order.get(task.runs.at(-1)!) ?? -1
  const byTouch = tasks.toSorted((a, b) => touched(a) - touched(b))
  const last = byTouch.at(-1)
  return byTouch.findLast(({ status }) => status === 'open') ?? (last?.status === 'abandoned' ? last : undefined)
}
