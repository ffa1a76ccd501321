import { X } from 'lucide-react'
import { type FocusEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { text } from '../text/text.ts'
import { type ShownToast, TOAST_MS, toasts } from './toasts.ts'

export { toasts } from './toasts.ts'

/**
 * Where toasts appear. They are read aloud, and stay while somebody points at them or is in them. Who was in one that goes is back where
 * they came from.
 */
export function Toasts() {
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
      className="pointer-events-none fixed inset-x-4 bottom-[calc(env(safe-area-inset-bottom)+6.5rem)] z-60 mx-auto flex max-w-sm flex-col items-center gap-2 sm:bottom-6"
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
    <div className="pointer-events-auto flex w-full animate-appear items-center gap-2 rounded-lg border border-line bg-raised py-1.5 ps-3.5 pe-1.5 shadow-float">
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
