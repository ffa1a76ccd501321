import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Coming so near to the end counts as being there, in pixels. */
const NEAR = 40
/** How long after a touch of wheel, finger or key a scroll counts as the reader's own, in milliseconds. */
const INTENT_MS = 1200

export interface Bottom {
  /** Whether the reader has left the end. */
  readonly isAway: boolean
  /** Goes to the end and stays there. */
  readonly goThere: () => void
}

/**
 * Keeps a scrolled list at its end while it grows, for as long as the reader stays there. Only the reader's own hand leaves the end, also
 * by unfolding something, which is read from its beginning; growth, images and measured heights do not.
 */
export function useBottom(scroller: RefObject<HTMLElement | null>): Bottom {
  const [isAway, setAway] = useState(false)
  const isThere = useRef(true)

  const goThere = useCallback(() => {
    isThere.current = true
    setAway(false)
    const box = scroller.current
    if (box) box.scrollTop = box.scrollHeight
  }, [scroller])

  useLayoutEffect(goThere, [goThere])
  useEffect(() => {
    const box = scroller.current!
    let intentAt = Number.NEGATIVE_INFINITY
    let lastTop = box.scrollTop
    const meant = () => {
      intentAt = performance.now()
    }
    const scrolled = () => {
      const isUpward = box.scrollTop < lastTop
      lastTop = box.scrollTop
      const left = leftOf(box)
      if (isUpward && performance.now() - intentAt < INTENT_MS) isThere.current = left <= 1
      else if (left <= NEAR) isThere.current = true
      setAway(!isThere.current)
    }
    const unfolded = ({ target }: Event) => {
      if (!(target instanceof HTMLDetailsElement) || !target.open) return
      isThere.current = false
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          isThere.current = leftOf(box) <= 1
          setAway(!isThere.current)
        }),
      )
    }
    const resized = new ResizeObserver(() => {
      if (isThere.current) box.scrollTop = box.scrollHeight
    })
    resized.observe(box)
    for (const child of box.children) resized.observe(child)

    const listening = new AbortController()
    const { signal } = listening
    const touches = ['wheel', 'touchmove', 'pointerdown', 'keydown']
    for (const touch of touches) box.addEventListener(touch, meant, { passive: true, signal })
    box.addEventListener('scroll', scrolled, { passive: true, signal })
    box.addEventListener('toggle', unfolded, { capture: true, signal }) // it does not bubble
    return () => {
      listening.abort()
      resized.disconnect()
    }
  }, [scroller])

  return { isAway, goThere }
}

function leftOf({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number {
  return scrollHeight - clientHeight - scrollTop
}
