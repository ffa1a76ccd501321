/** A place in the app. Each has an address that can be shared and reloaded. */
export type Route =
  | { readonly name: 'start' }
  | { readonly name: 'conversation'; readonly id: string }
  /** The strategy builder, with a conversation or at the start of a new one. */
  | { readonly name: 'builder'; readonly id: string | null }
  | { readonly name: 'strategies' }
  /** Two saved strategies side by side. */
  | { readonly name: 'comparison'; readonly one: string; readonly other: string }
  | { readonly name: 'alarms' }
  | { readonly name: 'predictions' }
  | { readonly name: 'prediction'; readonly id: string }
  | { readonly name: 'usage' }
  | { readonly name: 'settings' }
  /** One's own account, and those of one's organisation. */
  | { readonly name: 'account' }
  | { readonly name: 'people' }
  /** Before the app: signing in, accepting an invitation, a new password. */
  | { readonly name: 'sign-in' }
  | { readonly name: 'welcome' }
  | { readonly name: 'reset' }
  /** What somebody has shared by a link. */
  | { readonly name: 'shared'; readonly token: string }
  | { readonly name: 'unknown' }

/** What an address's path names. */
export function routeOf(path: string): Route {
  const [first = '', ...more] = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  const [one, other] = more
  if (!more.every((id) => /^[A-Za-z0-9_-]{2,128}$/.test(id))) return { name: 'unknown' }
  switch (`${first}+${more.length}`) {
    case '+0':
      return { name: 'start' }
    case 'c+1':
      return { name: 'conversation', id: one! }
    case 'builder+0':
      return { name: 'builder', id: null }
    case 'builder+1':
      return { name: 'builder', id: one! }
    case 'strategies+0':
      return { name: 'strategies' }
    case 'strategies+2':
      return { name: 'comparison', one: one!, other: other! }
    case 'alarms+0':
      return { name: 'alarms' }
    case 'predictions+0':
      return { name: 'predictions' }
    case 'predictions+1':
      return { name: 'prediction', id: one! }
    case 'usage+0':
      return { name: 'usage' }
    case 'settings+0':
      return { name: 'settings' }
    case 'account+0':
    case 'people+0':
    case 'sign-in+0':
    case 'welcome+0':
    case 'reset+0':
      return { name: first as 'account' | 'people' | 'sign-in' | 'welcome' | 'reset' } // one of the cases above
    case 'shared+1':
      return { name: 'shared', token: one! }
    default:
      return { name: 'unknown' }
  }
}

/** The path of a place. */
export function pathOf(route: Exclude<Route, { name: 'unknown' }>): string {
  switch (route.name) {
    case 'start':
      return '/'
    case 'conversation':
      return `/c/${route.id}`
    case 'builder':
      return route.id === null ? '/builder' : `/builder/${route.id}`
    case 'strategies':
      return '/strategies'
    case 'comparison':
      return `/strategies/${route.one}/${route.other}`
    case 'shared':
      return `/shared/${route.token}`
    case 'prediction':
      return `/predictions/${route.id}`
    case 'alarms':
    case 'predictions':
    case 'usage':
    case 'settings':
    case 'account':
    case 'people':
    case 'sign-in':
    case 'welcome':
    case 'reset':
      return `/${route.name}`
  }
}

/** Agents whose conversations have a page of their own, beside what they build. */
const BUILDERS: ReadonlySet<string> = new Set(['strategy-builder'])

/** Where a conversation with an agent is shown. */
export function routeTo(id: string, agent: string): Exclude<Route, { name: 'unknown' }> {
  return BUILDERS.has(agent) ? { name: 'builder', id } : { name: 'conversation', id }
}
