import { lookup as lookUp } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import ipaddr from 'ipaddr.js'

export interface Guard {
  /** Kinds of addresses that are allowed beside public ones; with one of them plain http is too. */
  readonly allow: readonly ('loopback' | 'private')[]
  /** Finds a name's addresses. Default: the system's resolver. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/** The largest answer, in bytes. */
const MAX_BODY = 16 * 1024 * 1024
/** How long an answer may keep its head to itself, in milliseconds. */
const HEAD_MS = 60_000

/**
 * A fetch that goes where it is told and nowhere else: every address of the name is checked before one of them is connected to, so that a
 * name cannot lead to this machine or its network, neither now nor on a second look. It follows no redirect.
 *
 * @throws TypeError when the address is not allowed.
 */
export function guardedFetch({ allow, resolve = addressesOf }: Guard) {
  return async function fetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(input)
    if (url.protocol !== 'https:' && (url.protocol !== 'http:' || allow.length === 0)) {
      throw new TypeError(`${url.origin} is refused: a public server must be reached by https`)
    }
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(hostname) ? [hostname] : await resolve(hostname)
    const wrong = addresses.find((address) => !isAllowed(address, allow))
    if (wrong !== undefined || addresses.length === 0) {
      throw new TypeError(`${url.origin} is refused: ${wrong ?? 'no address'} is not a place that it may be at`)
    }
    return send(url, init, addresses)
  }
}

/** Clouds tell secrets at these, and some of them are private addresses like any other. */
const METADATA = new Set(['169.254.169.254', 'fd00:ec2::254', '100.100.100.200'])

export function isAllowed(address: string, allow: Guard['allow']): boolean {
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address) // an IPv4 address in IPv6's clothes is the IPv4 address
  if (METADATA.has(parsed.toString())) return false
  switch (parsed.range()) {
    case 'unicast':
      return true
    case 'loopback':
      return allow.includes('loopback')
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return allow.includes('private')
    default:
      return false
  }
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  return (await lookUp(hostname, { all: true })).map(({ address }) => address)
}

function send(url: URL, { method = 'GET', headers, body, signal }: RequestInit, addresses: readonly string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  // Asked for the name's addresses, it says those that were checked.
  const checked = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_, options, done) =>
    options.all ? done(null, checked) : done(null, checked[0]!.address, checked[0]!.family)
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method,
    headers: Object.fromEntries(new Headers(headers)),
    lookup,
    agent: false,
    ...(signal && { signal }),
  })
  const late = setTimeout(() => request.destroy(new Error(`${url.origin} did not answer in time`)), HEAD_MS)
  request.once('close', () => clearTimeout(late))
  request.once('error', reject)
  request.once('response', (response) => {
    clearTimeout(late)
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY) response.destroy(new Error(`${url.origin} answered with more than 16 MiB`))
    })
    response.pause()
    const status = response.statusCode!
    const hasBody = status !== 204 && status !== 205 && status !== 304
    if (!hasBody) response.resume()
    // Node's own types and the web's have two names for the same stream.
    const stream = hasBody ? (Readable.toWeb(response) as unknown as ReadableStream<Uint8Array>) : null
    resolve(new Response(stream, { status, headers: headersOf(response.headers) }))
  })
  request.end(typeof body === 'string' ? body : undefined)
  return promise
}

function headersOf(headers: NodeJS.Dict<string | string[]>): Headers {
  const out = new Headers()
  for (const [name, value] of Object.entries(headers)) for (const text of [value ?? []].flat()) out.append(name, text)
  return out
}
