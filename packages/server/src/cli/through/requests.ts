import type { TLSSocket } from 'node:tls'
import { Echo } from '../../gateway/echo.ts'
import { LIMITS } from '../../gateway/limits.ts'
import { type Finding, ok, type Place, warning, wrong } from './finding.ts'
import { setting } from './proxy.ts'
import { type Answer, ask, jsonOf, open, ownError } from './site.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/
const DAY_MS = 86_400_000
/** Certificates that renew themselves do so earlier. */
const SOON_DAYS = 14

/** TLS, and what depends on the server's knowing of it. */
export async function* checkSafety(place: Place): AsyncGenerator<Finding> {
  const { url, echo, proxy } = place
  if (url.protocol === 'https:') yield* checkTls(place)
  else if (LOOPBACK.test(url.hostname)) yield ok('No TLS, and none is needed: nothing leaves this machine.')
  else
    yield wrong(
      'There is no TLS: passwords, keys and all that is said can be read on the way. Let the proxy speak https.',
    )

  const { cookie, publicUrl } = echo
  if (publicUrl !== null && publicUrl !== url.origin)
    yield wrong(
      `STREAMBED_PUBLIC_URL is ${publicUrl}, so pages at ${url.origin} are refused. Set it to what people type.`,
    )
  else if (url.protocol === 'https:' && cookie !== null && !cookie.startsWith('__Host-'))
    yield wrong(`Its cookie may go over http, too. Set STREAMBED_PUBLIC_URL to ${url.origin}.`)
  else if (cookie !== null) yield ok(`Its cookie is ${cookie}.`)
  if (url.protocol !== 'https:') return
  const { headers } = await ask(place, '/v1/health')
  const seconds = Number(headers['strict-transport-security']?.match(/max-age=(\d+)/)?.[1] ?? 0)
  if (seconds >= 365 * 86_400) yield ok('Browsers are told to come by https alone (HSTS).')
  else
    yield warning(
      `Browsers are not told to come by https alone (HSTS). Set STREAMBED_PUBLIC_URL, or ${setting('safety', proxy)}`,
    )
}

async function* checkTls(place: Place): AsyncGenerator<Finding> {
  const response = await open(place, '/v1/health')
  const socket = response.socket as TLSSocket // of an https request
  const ends = new Date(socket.getPeerCertificate().valid_to)
  const protocol = socket.getProtocol()
  response.destroy()
  const days = Math.floor((ends.getTime() - Date.now()) / DAY_MS)
  const text = `${protocol}, with a certificate until ${ends.toISOString().slice(0, 10)}`
  if (days < SOON_DAYS) yield warning(`${text}: that is soon. Renew it.`)
  else yield ok(`${text}.`)
}

/** An address of nobody's (RFC 5737), which a forger might claim. */
const FORGED = '203.0.113.7'

/** Whether requests keep their ids, and whether the server knows where they come from. */
export async function* checkPassage(place: Place): AsyncGenerator<Finding> {
  const { proxy, echo } = place
  const id = `doctor-${crypto.randomUUID()}`
  const answer = await ask(place, '/v1/echo', { headers: { 'x-request-id': id, 'x-forwarded-for': FORGED } })
  const seen = Echo.parse(jsonOf(answer.text))
  const told = answer.headers['x-request-id']
  if (seen.request === id && told === id) yield ok('Requests keep their ids.')
  else if (seen.request === told) yield ok('Requests have ids of the proxy’s.')
  else
    yield warning(
      `A request is ${seen.request} to the server and ${told ?? 'nameless'} to its sender. ${setting('ids', proxy)}`,
    )

  const { forwarded, trusted } = echo
  const none = `${setting('addresses', proxy)} If there is none, set STREAMBED_TRUSTED_PROXIES to 0.`
  const set = forwarded === 0 ? none : `Set STREAMBED_TRUSTED_PROXIES to ${forwarded}.`
  if (seen.address === FORGED || trusted > forwarded)
    yield wrong(`Whoever comes can say that they come from anywhere, and escape limits. ${set}`)
  else if (echo.cookie === null) return
  else if (trusted < forwarded)
    yield wrong(
      `All requests seem to come from ${echo.address}, and share its limits: ${forwarded} proxies say more. ${set}`,
    )
  else if (forwarded === 0)
    yield warning(`No proxy says for whom it asks; right only if there is none. ${setting('addresses', proxy)}`)
  else
    yield ok(
      `It knows where requests come from: this one from ${echo.address}, by the word of ${forwarded} of its own.`,
    )
}

/** Whether the server's own pages may use it, and others may not. */
export async function* checkOrigins(place: Place): AsyncGenerator<Finding> {
  const { url, proxy } = place
  const answers: Answer[] = []
  for (const origin of [url.origin, 'https://elsewhere.invalid'])
    answers.push(await ask(place, '/v1/echo', { headers: { origin } }))
  const [own, foreign] = answers as [Answer, Answer]
  if (ownError(own) === 'origin-refused')
    yield wrong(
      `Its own pages are refused. Set STREAMBED_PUBLIC_URL to ${url.origin}, or let Host pass. ${setting('host', proxy)}`,
    )
  else if (own.status !== 200) yield wrong(`A request of its own pages is answered with ${own.status}.`)
  else if (ownError(foreign) !== 'origin-refused')
    yield wrong(
      `A page of another origin may use it (${foreign.status}). Let the proxy pass Origin on, and look at CORS_ORIGIN.`,
    )
  else yield ok('Its own pages may use it, those of other origins may not.')
}

/** Whether a file of the largest size gets through. */
export async function* checkUploads(place: Place): AsyncGenerator<Finding> {
  const size = `${LIMITS.file / 1_000_000} MB`
  const answer = await ask(place, '/v1/echo', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.alloc(LIMITS.file),
    patienceMs: LIMITS.request,
  })
  const { bytes } = (jsonOf(answer.text) ?? {}) as { readonly bytes?: unknown }
  if (answer.status === 200 && bytes === LIMITS.file) yield ok(`Uploads of ${size} get through.`)
  else if (answer.status === 413 && ownError(answer) === undefined)
    yield wrong(
      `The proxy refuses an upload of ${size} (413), which the server would take. ${setting('upload', place.proxy)}`,
    )
  else yield wrong(`An upload of ${size} is answered with ${answer.status} ${ownError(answer) ?? 'by the proxy'}.`)
}
