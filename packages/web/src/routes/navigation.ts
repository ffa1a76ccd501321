import { useSyncExternalStore } from 'react'
import { pathOf, type Route, routeOf } from './route.ts'

type Destination = Exclude<Route, { name: 'unknown' }>

const listeners = new Set<() => void>()
let shown: { readonly path: string; readonly route: Route } | undefined

/** Goes to a place of the app. With `replace` the browser's back button does not return to the one before. */
export function navigate(to: Destination, { replace = false } = {}): void {
  const path = pathOf(to)
  if (path === location.pathname && !replace) return
  if (replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
  for (const listener of [...listeners]) listener()
}

/** The place that the address bar names. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute)
}

function currentRoute(): Route {
  const path = location.pathname
  if (shown?.path !== path) shown = { path, route: routeOf(path) }
  return shown.route
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
  }
}
