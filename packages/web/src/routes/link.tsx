import type { ComponentProps, MouseEvent } from 'react'
import { navigate } from './navigation.ts'
import { pathOf, type Route } from './route.ts'

interface LinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  readonly to: Exclude<Route, { name: 'unknown' }>
}

/** A link within the app: an ordinary one to the browser, so that it can be opened in another tab or copied. */
export function Link({ to, onClick, ...props }: LinkProps) {
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (event.defaultPrevented || !isPlain) return
    event.preventDefault()
    navigate(to)
  }
  return <a href={pathOf(to)} onClick={go} {...props} />
}
