import type { Direction, Positions } from './placement.ts'

/** How somebody looks at a flowchart: nothing of it is the strategy's own. */
export interface CanvasView {
  readonly direction: Direction
  readonly positions: Positions
}

const PREFIX = 'streambed.canvas.'
/** Of so many conversations the view is kept. */
const MAX_VIEWS = 40

interface StoredView {
  readonly direction: Direction
  readonly at: Readonly<Record<string, readonly [x: number, y: number]>>
  readonly usedAt: number
}

/** The view of a conversation's canvas as this browser last had it. */
export function readView(conversation: string): CanvasView {
  const stored = read(PREFIX + conversation)
  const positions = Object.entries(stored?.at ?? {}).map(([id, [x, y]]) => [id, { x, y }] as const)
  return { direction: stored?.direction === 'right' ? 'right' : 'down', positions: new Map(positions) }
}

export function writeView(conversation: string, { direction, positions }: CanvasView): void {
  if (positions.size === 0) return
  const at = Object.fromEntries([...positions].map(([id, { x, y }]) => [id, [Math.round(x), Math.round(y)] as const]))
  const stored: StoredView = { direction, at, usedAt: Date.now() }
  try {
    localStorage.setItem(PREFIX + conversation, JSON.stringify(stored))
    forgetOldest()
  } catch {
    // Storage is forbidden or full: the view lasts as long as the page.
  }
}

function forgetOldest(): void {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
  if (keys.length <= MAX_VIEWS) return
  const byAge = keys.map((key) => ({ key, usedAt: read(key)?.usedAt ?? 0 })).toSorted((a, b) => a.usedAt - b.usedAt)
  for (const { key } of byAge.slice(0, keys.length - MAX_VIEWS)) localStorage.removeItem(key)
}

function read(key: string): StoredView | undefined {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? 'null') as StoredView | null // written by `writeView`
    return typeof stored?.at === 'object' ? stored : undefined
  } catch {
    return undefined // forbidden, or not ours
  }
}
