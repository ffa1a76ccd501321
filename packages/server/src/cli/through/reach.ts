import { Echo } from '../../gateway/echo.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'
import { type ProxyKind, proxyOf, setting } from './proxy.ts'
import { type Answer, ask, jsonOf, ownError, reasonOf, type Site } from './site.ts'

/** Whether a Streambed answers. Returns what stands before it; undefined when there is no sense in going on. */
export async function* reach(site: Site): AsyncGenerator<Finding, ProxyKind | undefined> {
  const { origin } = site.url
  let answer: Answer
  try {
    answer = await ask(site, '/v1/health')
  } catch (error) {
    yield wrong(`Nothing answers at ${origin}, because ${reasonOf(error)}.`)
    return undefined
  }
  const proxy = proxyOf(site.url, answer.headers)
  const { version } = (jsonOf(answer.text) ?? {}) as { readonly version?: unknown }
  if (answer.status !== 200 || typeof version !== 'string') {
    yield wrong(strange(origin, answer, proxy))
    return undefined
  }
  yield ok(`Streambed ${version} answers at ${origin}${proxy === 'unknown' ? '' : `, through ${proxy}`}.`)
  const ready = await ask(site, '/v1/ready')
  if (ready.status === 503) yield warning('It is about to stop and takes no more work.')
  return proxy
}

function strange(origin: string, answer: Answer, proxy: ProxyKind): string {
  const { status, headers } = answer
  const { location } = headers
  if (status >= 300 && status < 400 && location) return `${origin} sends on to ${location}; look there instead.`
  if (ownError(answer) === 'origin-refused')
    return `The server does not answer to that name. Let it have sign-in, and set STREAMBED_PUBLIC_URL to ${origin}.`
  if (status >= 502 && status <= 504)
    return `The proxy answers ${status} by itself: it does not reach the server. ${setting('reach', proxy)}`
  return `What answers at ${origin} is no Streambed: ${status}, ${headers['content-type'] ?? 'of no type'}.`
}

/** Whether we are let in. Returns what the server takes our requests to be. */
export async function* checkIdentity(site: Site): AsyncGenerator<Finding, Echo | undefined> {
  const answer = await ask(site, '/v1/echo')
  const echo = Echo.safeParse(jsonOf(answer.text))
  if (answer.status === 200 && echo.success) {
    yield ok(echo.data.cookie === null ? 'It has no sign-in: one user, on its own machine.' : 'It takes the API key.')
    return echo.data
  }
  const hasKey = 'authorization' in site.key
  if (answer.status === 401 && !hasKey)
    yield wrong('It has sign-in: put an API key in STREAMBED_KEY. One that may only read is enough.')
  else if (answer.status === 401)
    yield wrong(
      'It does not take the API key in STREAMBED_KEY: that is not valid, or Authorization does not get through.',
    )
  else yield wrong(`Asked what it sees, it answers ${answer.status} ${ownError(answer) ?? ''}; is it of this version?`)
  return undefined
}
