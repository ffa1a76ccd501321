/** A place in the app. Each has an address that can be shared and reloaded. */
export type Route =
  | { readonly name: 'start' }
  | { readonly name: 'conversation'; readonly id: string }
  | { readonly name: 'unknown' }

/** What an address's path names. */
export function routeOf(path: string): Route {
  if (path === '/' || path === '') return { name: 'start' }
  const [, id] = /^\/c\/([A-Za-z0-9_-]{2,64})\/?$/.exec(path) ?? []
  return id === undefined ? { name: 'unknown' } : { name: 'conversation', id }
}

/** The path of a place. */
export function pathOf(route: Exclude<Route, { name: 'unknown' }>): string {
  return route.name === 'conversation' ? `/c/${route.id}` : '/'
}
