import type { LoggedEvent } from '@streambed/protocol'

/** What a run has asked people and nobody has answered yet. */
export interface OpenQuestions {
  /** Takes any event of the run in. Returns whether the run waits for people now. */
  take(event: LoggedEvent): boolean
}

/** A run that is parked with nothing open has lost its server, and goes on by itself. */
export function openQuestions(): OpenQuestions {
  const open = new Set<string>()
  return {
    take(event) {
      switch (event.type) {
        case 'approval-request':
        case 'budget-request':
          open.add(event.approval)
          return false
        case 'approval-answer':
          open.delete(event.approval)
          return false
        default:
          return event.type === 'run-park' && open.size > 0
      }
    },
  }
}
