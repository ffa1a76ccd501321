import { type RefObject, useLayoutEffect, useState } from 'react'

/** How wide an element is, in pixels, as it changes; 0 before it is drawn. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const box = element.current!
    setWidth(box.clientWidth)
    const resized = new ResizeObserver(() => setWidth(box.clientWidth))
    resized.observe(box)
    return () => resized.disconnect()
  }, [element])
  return width
}
