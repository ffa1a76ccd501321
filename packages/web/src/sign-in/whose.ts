import type { Me, Self } from '@streambed/client'

/** What this browser keeps whoever uses it. */
const OF_THE_BROWSER = ['streambed.theme', 'streambed.language']
const OWNER = 'streambed.owner'

/** Who had signed in when this window was loaded; null where nobody has to, and where the browser keeps nothing. */
const loaded = stored()

/** Whose window this is. All that it shows and says is theirs, whoever signs in elsewhere in this browser. */
export const whose: Self | undefined = read(loaded)

forgetDrafts()

/** The name under which this browser keeps something for them alone. */
export function ownKey(key: string): string {
  return loaded === null ? key : `${key} ${loaded}`
}

/**
 * Begins the app as somebody. What the browser has kept for another person goes first: words that were not sent, what was seen. What it
 * has kept for the same person in another organisation waits there. `goesOn` stays at the address that they had come to.
 */
export function beginAs({ user, organisation }: Me, { goesOn = false } = {}): void {
  attempt(() => {
    if (read(stored())?.user !== user) forget()
    localStorage.setItem(OWNER, JSON.stringify([organisation, user]))
  })
  location.assign(goesOn ? location.pathname + location.search : '/')
}

/** Begins it as if nobody had ever said anything: nothing that the browser has kept is left. */
export function beginAnew(): void {
  attempt(() => {
    const owner = stored()
    forget()
    if (owner !== null) localStorage.setItem(OWNER, owner)
  })
  location.assign('/')
}

/** Leaves nothing of anybody behind. */
export function beginAsNobody(): void {
  attempt(forget)
  location.assign('/sign-in')
}

/** Begins anew when somebody has signed in, gone on elsewhere or signed out in another window. Returns what ends that. */
export function followWindows(): () => void {
  const listening = new AbortController()
  const { signal } = listening
  const look = () => {
    if (stored() !== loaded) location.assign('/')
  }
  addEventListener('storage', look, { signal })
  addEventListener('pageshow', look, { signal }) // a page that the browser had put aside has heard of nothing
  document.addEventListener('visibilitychange', look, { signal })
  return () => listening.abort()
}

function stored(): string | null {
  try {
    return localStorage.getItem(OWNER)
  } catch {
    return null // storage is forbidden
  }
}

function read(owner: string | null): Self | undefined {
  try {
    const [organisation, user] = JSON.parse(owner ?? '[]') as Partial<[string, string]> // as `beginAs` wrote it
    return organisation !== undefined && user !== undefined ? { organisation, user } : undefined
  } catch {
    return undefined // somebody else has written there
  }
}

/** What a tab keeps outlives the page: it may be of whoever was here before. */
function forgetDrafts(): void {
  attempt(() => {
    if (sessionStorage.getItem(OWNER) === loaded) return
    sessionStorage.clear()
    if (loaded !== null) sessionStorage.setItem(OWNER, loaded)
  })
}

function forget(): void {
  for (const key of Object.keys(localStorage)) if (!OF_THE_BROWSER.includes(key)) localStorage.removeItem(key)
  sessionStorage.clear()
}

function attempt(call: () => void): void {
  try {
    call()
  } catch {
    // Storage is forbidden, so nothing is kept.
  }
}
