import type { Config } from '../config.ts'

const LONGEST_MS = 2_000

/** Where a server is said to be, by `--url` or STREAMBED_URL; undefined when nobody said. */
export function urlGiven(flag: string | undefined): string | undefined {
  return flag ?? (process.env['STREAMBED_URL'] || undefined)
}

/** Says who asks, where a server has sign-in: with the API key in STREAMBED_KEY. */
export function keyHeaders(): Readonly<Record<string, string>> {
  const key = process.env['STREAMBED_KEY']
  return key ? { authorization: `Bearer ${key}` } : {}
}

/** Where a server with these settings would listen. */
export function urlOf({ host, port }: Config): string {
  return `http://${host === '::1' ? '[::1]' : host}:${port}`
}

export interface Health {
  readonly status: 'ok'
  readonly model: 'demo' | 'bedrock'
}

/** What the server there says of itself; undefined when no Streambed answers. */
export async function healthOf(url: string): Promise<Health | undefined> {
  try {
    const answer = await fetch(new URL('/v1/health', url), { signal: AbortSignal.timeout(LONGEST_MS) })
    const health = (await answer.json()) as Health // looked at below, as something else may listen there
    return answer.ok && health.status === 'ok' && 'model' in health ? health : undefined
  } catch {
    return undefined // nobody, or nobody who speaks JSON
  }
}
