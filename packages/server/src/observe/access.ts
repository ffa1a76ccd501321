import type { Metrics } from './metrics.ts'

/** One request, as the access log tells it: ids and numbers, and the route in place of the address, which may hold what somebody typed. */
export interface Access {
  readonly request: string
  readonly method: string
  /** The pattern: `/v1/conversations/:id`. */
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly org?: string | undefined
  readonly user?: string | undefined
  readonly conversation?: string | undefined
  readonly run?: string | undefined
}

interface Telling {
  readonly log: { info(fields: object, text: string): void }
  readonly metrics: Metrics
}

/** Counts one request once its answer is over, and writes it unless it is a quiet one. */
export function tellAccess({ log, metrics }: Telling, access: Access, isQuiet = false): void {
  metrics.request(access.method, access.route, access.status, access.ms)
  if (!isQuiet) log.info({ ...access, ms: Math.round(access.ms) }, 'request')
}
