import { applyPatch, type StateChange } from '@streambed/client'

/** The strategy after one change, and how it came about. */
export interface Step {
  readonly revision: number
  readonly at: string
  readonly by: 'agent' | 'edit' | 'undo' | 'redo'
  /** What belongs together: what one answer changed, or one person at once. */
  readonly unit: string
  readonly value: unknown
}

/** The steps with one more change; null where changes are missing in between, or it does not fit. */
export function withChange(steps: readonly Step[], change: StateChange): readonly Step[] | null {
  const last = steps.at(-1)
  const revision = last?.revision ?? 0
  if (change.revision <= revision) return steps
  if (change.type === 'state-snapshot') {
    const { at, state: value, run } = change
    return [...steps, { revision: change.revision, at, by: run ? 'agent' : 'edit', unit: `snapshot-${at}`, value }]
  }
  if (change.revision !== revision + 1) return null
  const { at, by, unit, patch } = change
  try {
    return [...steps, { revision: change.revision, at, by, unit, value: applyPatch(last?.value ?? null, patch) }]
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** All changes of a log as steps. What cannot be followed is left out. */
export function stepsOf(changes: readonly StateChange[]): readonly Step[] {
  let steps: readonly Step[] = []
  for (const change of changes) steps = withChange(steps, change) ?? steps
  return steps
}

/** Steps that belong together and how many they are, in order: what the timeline's track is made of. */
export interface Chapter {
  readonly by: Step['by']
  readonly count: number
}

export function chaptersOf(steps: readonly Step[]): readonly Chapter[] {
  const chapters: { by: Step['by']; count: number }[] = []
  steps.forEach((step, i) => {
    const before = steps[i - 1]
    if (before && before.unit === step.unit && before.by === step.by) chapters.at(-1)!.count += 1
    else chapters.push({ by: step.by, count: 1 })
  })
  return chapters
}
