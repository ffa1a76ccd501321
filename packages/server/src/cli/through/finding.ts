import type { Echo } from '../../gateway/echo.ts'
import type { ProxyKind } from './proxy.ts'
import type { Site } from './site.ts'

/** One thing that the doctor has found. `text` says what is so and, unless it is well, what to change. */
export interface Finding {
  readonly is: 'ok' | 'warning' | 'wrong'
  readonly text: string
}

export const ok = (text: string): Finding => ({ is: 'ok', text })
export const warning = (text: string): Finding => ({ is: 'warning', text })
export const wrong = (text: string): Finding => ({ is: 'wrong', text })

/** A server that answers, and what is known of the way to it. */
export interface Place extends Site {
  readonly proxy: ProxyKind
  /** What the server takes our requests to be. */
  readonly echo: Echo
}

/** Looks at one thing. What it throws, such as a cut connection, becomes a finding of its own. */
export type Check = (place: Place) => AsyncIterable<Finding>
