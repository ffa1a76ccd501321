import { X } from 'lucide-react'
import { type FocusEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { text } from '../text/text.ts'
import { classes } from './classes.ts'
import { type ShownToast, TOAST_MS, toasts } from './toasts.ts'

export { toasts } from './toasts.ts'

const PLACES = {
  window: 'fixed',
  content: 'fixed min-[54rem]:ps-[calc(var(--spacing-sidebar)+1rem)]',
  panel: 'absolute',
}

interface ToastsProps {
  /** In whose middle they stand: the window's, that of the page beside the sidebar, or that of the box around them. */
  readonly of?: keyof typeof PLACES
}

/**
 * Where toasts appear: at the top, where nobody writes. They are read aloud, and stay while somebody points at them or is in them. Who was in one that goes is back where
 * they came from.
 */
export function Toasts({ of = 'window' }: ToastsProps) {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get)
  const [isHeld, setHeld] = useState(false)
  const cameFrom = useRef<HTMLElement | null>(null)
  const enter = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) => {
    setHeld(true)
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget)) cameFrom.current = relatedTarget
  }
  const goBack = () => {
    setHeld(false)
    cameFrom.current?.focus({ preventScroll: true })
  }
  return (
    <section
      aria-label={text.app.notes}
      aria-live="polite"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={enter}
      onBlur={() => setHeld(false)}
      className={classes(
        'pointer-events-none inset-x-0 top-[calc(env(safe-area-inset-top)+3.5rem)] z-60 flex flex-col items-center gap-2 px-4',
        PLACES[of],
      )}
    >
      {shown.map((toast) => (
        <OneToast key={toast.id} toast={toast} isHeld={isHeld} onLeave={goBack} />
      ))}
    </section>
  )
}

interface OneToastProps {
  readonly toast: ShownToast
  readonly isHeld: boolean
  /** Called when what had the focus in it goes with it. */
  readonly onLeave: () => void
}

function OneToast({ toast, isHeld, onLeave }: OneToastProps) {
  const { id, title, actionProps } = toast
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => toasts.close(id), TOAST_MS)
    return () => clearTimeout(timer)
  }, [id, isHeld])
  return (
    <div className="pointer-events-auto flex w-full max-w-sm animate-appear items-center gap-2 rounded-lg border border-line bg-raised py-1.5 ps-3.5 pe-1.5 shadow-float">
      <span className="line-clamp-3 min-w-0 flex-1 text-sm break-words">{title}</span>
      {actionProps && (
        <button
          type="button"
          onClick={() => {
            actionProps.onClick()
            toasts.close(id)
            onLeave()
          }}
          className="min-h-8 shrink-0 rounded-md px-2.5 text-sm font-semibold text-accent hover:bg-hover"
        >
          {actionProps.children}
        </button>
      )}
      <button
        type="button"
        aria-label={text.app.close}
        onClick={() => {
          toasts.close(id)
          onLeave()
        }}
        className="grid size-8 shrink-0 place-items-center rounded-md text-faint hover:bg-hover hover:text-ink"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  )
}
