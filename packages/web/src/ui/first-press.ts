import { type KeyboardEvent, type MouseEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { toasts } from './toasts.ts'

/** What opened it; keys also choose its first entry. */
export type FirstPress = 'pointer' | 'keys'

/**
 * For a button whose popup is code that most visits do without: it is loaded when somebody points at the button or goes to it, and
 * drawn from the first press on. `button` is what the button needs until then.
 */
export function useFirstPress(popup: 'menu' | 'dialog', load: () => Promise<void>) {
  const [firstPress, setFirstPress] = useState<FirstPress | null>(null)
  const prepare = () => void load().catch(() => {}) // pressed, it is asked for again
  const press = (by: FirstPress) =>
    load().then(
      () => setFirstPress(by),
      () => toasts.add({ title: text.app.notLoaded }),
    )
  const button = {
    'aria-haspopup': popup,
    'aria-expanded': false,
    onPointerEnter: prepare,
    onFocus: prepare,
    onClick: (event: MouseEvent) => press(event.detail === 0 ? 'keys' : 'pointer'),
    onKeyDown(event: KeyboardEvent) {
      if (popup !== 'menu' || event.key !== 'ArrowDown') return
      event.preventDefault()
      return press('keys')
    },
  }
  return { firstPress, button }
}

/** For the trigger that stands where the pressed button stood: it has the focus, and hears of a press by keys once more. */
export function usePressedAgain(firstPress: FirstPress): RefObject<HTMLButtonElement | null> {
  const trigger = useRef<HTMLButtonElement>(null)
  const isDone = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: there is one first press
  useLayoutEffect(() => {
    if (isDone.current) return
    isDone.current = true
    trigger.current?.focus({ preventScroll: true })
    if (firstPress === 'keys') trigger.current?.click()
  }, [])
  return trigger
}
