import type { ConversationId, NewEvent, Owner, Task } from '@streambed/protocol'
import { append, type Engine } from './engine.ts'
import { openConversation } from './open.ts'

/** Ends the unfinished tasks of a conversation that are meant, with the forms that ask for them: the user does not want them any more. */
export async function cancelTasks(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  isMeant: (task: Task) => boolean,
): Promise<void> {
  await engine.inTurn(id, async () => {
    const { tasks, forms } = await openConversation(engine.store, owner, id)
    const meant = tasks.filter((task) => (task.status === 'open' || task.status === 'abandoned') && isMeant(task))
    const asked = forms.filter(({ status, tool }) => status === 'open' && meant.some(({ intent }) => intent === tool))
    const events: NewEvent[] = [
      ...meant.map((task) => ({ type: 'task-end' as const, task: task.id, outcome: 'cancelled' as const })),
      ...asked.map(({ id: form }) => ({ type: 'form-end' as const, form, reason: 'cancelled' as const })),
    ]
    if (events.length > 0) await append(engine, owner, id, events)
  })
}
