import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { builderText } from '../text/builder.ts'
import { classes } from '../ui/classes.ts'

interface SplitProps {
  /** Side by side; one of the two where there is no room for both. */
  readonly isWide: boolean
  readonly shown: 'chat' | 'canvas'
  readonly chat: ReactNode
  readonly canvas: ReactNode
}

const KEY = 'streambed.builder.chat-width'
const USUAL = 400
const [LEAST, MOST] = [320, 720]
/** What an arrow key moves, in pixels. */
const STEP = 24

/** Chat and canvas beside each other, with a border between them that can be moved. */
export function Split({ isWide, shown, chat, canvas }: SplitProps) {
  const [width, setWidth] = useState(readWidth)
  const grip = useRef<{ readonly x: number; readonly width: number } | null>(null)
  const change = (wanted: number) => {
    const next = Math.round(Math.min(MOST, Math.max(LEAST, wanted)))
    setWidth(next)
    keepWidth(next)
  }
  const grab = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = { x: event.clientX, width }
  }
  const drag = (event: PointerEvent) => {
    if (grip.current) change(grip.current.width + event.clientX - grip.current.x)
  }
  const press = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft') change(width - STEP)
    if (key === 'ArrowRight') change(width + STEP)
    if (key === 'Home') change(LEAST)
    if (key === 'End') change(MOST)
  }
  const panel = (name: 'chat' | 'canvas') =>
    isWide ? {} : ({ role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}` } as const)
  return (
    <div className="flex min-h-0 flex-1">
      <div
        {...panel('chat')}
        className={classes(
          'relative min-w-0',
          isWide ? 'max-w-[50%] shrink-0' : 'flex-1',
          !isWide && shown !== 'chat' && 'hidden',
        )}
        style={isWide ? { width } : undefined}
      >
        {chat}
      </div>
      {isWide && (
        // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
        <div
          role="separator"
          tabIndex={0}
          aria-orientation="vertical"
          aria-label={builderText.split}
          aria-valuenow={width}
          aria-valuemin={LEAST}
          aria-valuemax={MOST}
          onPointerDown={grab}
          onPointerMove={drag}
          onPointerUp={() => {
            grip.current = null
          }}
          onDoubleClick={() => change(USUAL)}
          onKeyDown={press}
          className="group/grip relative z-10 -mx-1 w-2 shrink-0 cursor-col-resize touch-none after:absolute after:inset-y-0 after:left-1/2 after:w-px after:bg-line after:transition-colors hover:after:bg-accent focus-visible:after:w-0.5 focus-visible:after:bg-accent"
        />
      )}
      <div
        {...panel('canvas')}
        className={classes('relative min-w-0 flex-1', !isWide && shown !== 'canvas' && 'hidden')}
      >
        {canvas}
      </div>
    </div>
  )
}

function readWidth(): number {
  try {
    const kept = Number(localStorage.getItem(KEY))
    return kept >= LEAST && kept <= MOST ? kept : USUAL
  } catch {
    return USUAL // storage is forbidden
  }
}

function keepWidth(width: number): void {
  try {
    localStorage.setItem(KEY, String(width))
  } catch {
    // It lasts as long as the page.
  }
}
