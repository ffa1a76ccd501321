import type { KeyboardEvent } from 'react'
import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'

export type Pane = 'chat' | 'canvas'
const PANES: readonly Pane[] = ['chat', 'canvas']

interface PaneTabsProps {
  readonly shown: Pane
  /** Where something has happened that was not looked at. */
  readonly news: Pane | null
  readonly onShow: (pane: Pane) => void
}

/** Chooses between chat and canvas where there is room for one. */
export function PaneTabs({ shown, news, onShow }: PaneTabsProps) {
  const { tabs } = builderText
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    const other = shown === 'chat' ? 'canvas' : 'chat'
    onShow(other)
    document.getElementById(`tab-${other}`)?.focus()
  }
  return (
    <div
      role="tablist"
      aria-label={tabs.label}
      onKeyDown={press}
      className="mx-3 mb-2 flex shrink-0 rounded-lg bg-bed p-0.5"
    >
      {PANES.map((pane) => (
        <button
          key={pane}
          type="button"
          role="tab"
          id={`tab-${pane}`}
          aria-selected={pane === shown}
          aria-controls={`panel-${pane}`}
          tabIndex={pane === shown ? 0 : -1}
          onClick={() => onShow(pane)}
          className={classes(
            'flex min-h-9 flex-1 items-center justify-center gap-2 rounded-md text-sm font-medium transition-colors',
            pane === shown ? 'bg-raised text-ink shadow-low' : 'text-soft',
          )}
        >
          {tabs[pane]}
          {news === pane && (
            <span className="size-2 rounded-full bg-accent">
              <span className="sr-only">{tabs.news}</span>
            </span>
          )}
        </button>
      ))}
    </div>
  )
}
