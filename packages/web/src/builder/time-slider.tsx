import { ChevronLeft, ChevronRight, Pause, Play, RotateCcw } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { formatClock, formatMoment } from '../format/time.ts'
import { builderText } from '../text/builder.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { chaptersOf, type Step } from './steps.ts'

interface TimeSliderProps {
  readonly steps: readonly Step[]
  /** How many changes are shown; null while what is now is shown. */
  readonly at: number | null
  readonly onChange: (at: number | null) => void
}

const COLOURS: Record<Step['by'], string> = {
  agent: 'bg-accent/60',
  edit: 'bg-node-condition/70',
  undo: 'bg-edge',
  redo: 'bg-edge',
}

/** Drags the canvas back and forth through everything that has ever happened to it. */
export function TimeSlider({ steps, at, onChange }: TimeSliderProps) {
  const count = steps.length
  const shown = at ?? count
  const go = (to: number) => onChange(to >= count ? null : Math.max(0, to))
  const { isPlaying, toggle } = usePlayer(count, at, onChange)
  const { timeline } = builderText
  const words = stepWords(steps, shown)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a part of a form
    <div
      role="group"
      aria-label={timeline.label}
      className="flex shrink-0 items-center gap-1 border-t border-line px-2 pt-1 pb-[max(0.375rem,env(safe-area-inset-bottom))]"
    >
      <IconButton
        size="small"
        label={isPlaying ? timeline.pause : timeline.replay}
        icon={isPlaying ? Pause : Play}
        onClick={toggle}
      />
      <IconButton
        size="small"
        label={timeline.earlier}
        icon={ChevronLeft}
        disabled={shown === 0}
        onClick={() => go(shown - 1)}
      />
      <IconButton
        size="small"
        label={timeline.later}
        icon={ChevronRight}
        disabled={at === null}
        onClick={() => go(shown + 1)}
      />
      <div className="min-w-24 flex-1 px-1">
        <div className="relative flex items-center">
          <div aria-hidden="true" className="absolute inset-x-2 flex h-1.5 gap-0.5">
            {chaptersOf(steps).map((chapter, i) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: chapters only ever come at the end
                key={i}
                style={{ flexGrow: chapter.count }}
                className={classes('rounded-full', COLOURS[chapter.by])}
              />
            ))}
            <span
              className="absolute -inset-y-px -right-px bg-ground/75"
              style={{ left: `${(100 * shown) / Math.max(1, count)}%` }}
            />
          </div>
          <input
            type="range"
            min={0}
            max={count}
            value={shown}
            onChange={(event) => go(event.target.valueAsNumber)}
            aria-label={timeline.label}
            aria-valuetext={words}
            className="time-slider relative rounded-full"
          />
        </div>
        <p aria-hidden="true" className="-mt-0.5 px-1 text-2xs text-pretty text-faint tabular-nums">
          {words}
        </p>
      </div>
      <Button
        look="quiet"
        icon={RotateCcw}
        disabled={at === null}
        className="text-accent disabled:text-faint max-sm:px-2"
        onClick={() => onChange(null)}
      >
        <span className="max-sm:sr-only">{timeline.now}</span>
      </Button>
    </div>
  )
}

function stepWords(steps: readonly Step[], shown: number): string {
  const { timeline } = builderText
  const step = steps[shown - 1]
  return step ? timeline.step(shown, steps.length, timeline.who[step.by], momentOf(step)) : timeline.start
}

/** When a step happened; to the second, as an answer makes several in one. */
export function momentOf({ at }: Step): string {
  const moment = new Date(at)
  const time = formatClock(moment, text.locale, 'second')
  const isToday = moment.toDateString() === new Date().toDateString()
  return isToday ? time : `${formatMoment(at, new Date(), text.locale)} ${time}`
}

/** How long a step stays while everything is played, in milliseconds: about eight seconds for all. */
const stayMs = (count: number) => Math.min(450, Math.max(60, 8000 / Math.max(1, count)))

function usePlayer(count: number, at: number | null, onChange: (at: number | null) => void) {
  const [isPlaying, setPlaying] = useState(false)
  const next = useEffectEvent(() => {
    if (at === null || at + 1 >= count) {
      setPlaying(false)
      onChange(null)
    } else onChange(at + 1)
  })
  useEffect(() => {
    if (!isPlaying) return
    const timer = setInterval(() => next(), stayMs(count))
    return () => clearInterval(timer)
  }, [isPlaying, count])
  const toggle = () => {
    if (!isPlaying && at === null) onChange(0)
    setPlaying(!isPlaying)
  }
  return { isPlaying, toggle }
}
