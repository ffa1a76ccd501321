import type { Tracer } from '@opentelemetry/api'
import type { ConversationId, EventOf, NewEvent, RunId } from '@streambed/protocol'
import { messages } from './messages.ts'
import { type RunSpan, startRunSpan } from './run-span.ts'

interface RunSpansOptions {
  /** Whether spans hold what people, models and tools say. */
  readonly content: boolean
  /** In milliseconds since 1970. */
  now?(): number
}

/** How many runs are followed. One that another server has taken over never ends here; the oldest makes room. */
const MAX_RUNS = 5_000

/**
 * Makes spans of logs' events as they are appended: one for each run, in it one for each model call and each tool. All is
 * in the events, so nothing is asked and the agent's loop knows nothing of this.
 */
export function runSpans(
  tracer: Tracer,
  { content, now = Date.now }: RunSpansOptions,
): (conversation: ConversationId, events: readonly NewEvent[]) => void {
  const runs = new Map<RunId, RunSpan>()
  /** What is known of runs before they begin: what was asked, and who answers those that are parked. */
  const questions = new Map<RunId, string>()
  const parked = new Map<RunId, EventOf<'run-start'>>()

  return (conversation, events) => {
    for (const event of events) take(conversation, event)
  }

  function take(conversation: ConversationId, event: NewEvent): void {
    if (!('run' in event) || event.run === undefined) return
    if (event.type === 'message' && content) keep(questions, event.run, questionOf(event))
    if (event.type === 'run-start') begin(conversation, event.run, event)
    if (event.type === 'run-resume') begin(conversation, event.run, parked.get(event.run))
    const run = runs.get(event.run)
    if (!run) return
    run.take(event)
    if (event.type === 'run-park' && run.begun) keep(parked, event.run, run.begun)
    if (event.type === 'run-park' || event.type === 'run-end') runs.delete(event.run)
  }

  function begin(conversation: ConversationId, id: RunId, begun: EventOf<'run-start'> | undefined): void {
    const question = questions.get(id)
    questions.delete(id)
    parked.delete(id)
    const run = startRunSpan({ tracer, content, now, conversation, run: id, begun, question })
    keep(runs, id, run, (oldest) => oldest.abandon())
  }
}

function questionOf({ parts }: EventOf<'message'>): string {
  return messages('user', parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'))
}

/** Keeps so many, the oldest of which make room. */
function keep<Value>(all: Map<RunId, Value>, id: RunId, value: Value, drop?: (oldest: Value) => void): void {
  all.set(id, value)
  const [oldest] = all
  if (all.size <= MAX_RUNS || !oldest) return
  all.delete(oldest[0])
  drop?.(oldest[1])
}
