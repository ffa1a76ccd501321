import { ownKey } from '../sign-in/whose.ts'

const KEY = ownKey('streambed.alarms.heard')
/** How many rings are remembered; older ones are past sounding. */
const MAX_REMEMBERED = 50

/** The rings that somebody has stopped in this browser. */
export function readHeard(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return new Set(Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : [])
  } catch {
    return new Set() // storage is forbidden, or somebody else has written there
  }
}

export function writeHeard(heard: ReadonlySet<string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...heard].slice(-MAX_REMEMBERED)))
  } catch {
    // Storage is forbidden: this tab remembers by itself.
  }
}
