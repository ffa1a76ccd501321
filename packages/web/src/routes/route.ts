/** Places that need nothing but their name. */
const PLAIN = [
  'strategies',
  'alarms',
  'predictions',
  'usage',
  'settings',
  // One's own account, and what the admins of an organisation look after.
  'account',
  'people',
  'budgets',
  'audit',
  'limits',
  // For everybody: what somebody has shared by a link, whose token is after the #.
  'shared',
  // Before the app: signing in, accepting an invitation, a new password.
  'sign-in',
  'welcome',
  'reset',
] as const

/** A place in the app. Each has an address that can be shared and reloaded. */
export type Route =
  | { readonly name: 'start' }
  | { readonly name: 'conversation'; readonly id: string }
  /** The strategy builder, with a conversation or at the start of a new one. */
  | { readonly name: 'builder'; readonly id: string | null }
  /** Two saved strategies side by side. */
  | { readonly name: 'comparison'; readonly one: string; readonly other: string }
  | { readonly name: 'prediction'; readonly id: string }
  | { readonly name: (typeof PLAIN)[number] }
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
    case 'strategies+2':
      return { name: 'comparison', one: one!, other: other! }
    case 'predictions+1':
      return { name: 'prediction', id: one! }
    default: {
      const name = more.length === 0 ? PLAIN.find((plain) => plain === first) : undefined
      return { name: name ?? 'unknown' }
    }
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
    case 'comparison':
      return `/strategies/${route.one}/${route.other}`
    case 'prediction':
      return `/predictions/${route.id}`
    default:
      return `/${route.name}`
  }
}

/** Agents whose conversations have a page of their own, beside what they build. */
const BUILDERS: ReadonlySet<string> = new Set(['strategy-builder'])

/** Where a conversation with an agent is shown. */
export function routeTo(id: string, agent: string): Exclude<Route, { name: 'unknown' }> {
  return BUILDERS.has(agent) ? { name: 'builder', id } : { name: 'conversation', id }
}
