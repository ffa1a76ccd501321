import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Where a request comes from. Of `X-Forwarded-For` only what one's own proxies have added counts, from the right: the rest is what the
 * sender says. Of IPv6 the network, as one household has billions of addresses.
 */
export function addressOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, proxies: number): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
  const told = proxies > 0 ? (forwarded.at(-proxies)?.trim() ?? '') : ''
  const address = (isIP(told) ? told : (socket.remoteAddress ?? '')).toLowerCase()
  const [, mapped] = address.match(/^::ffff:([\d.]+)$/) ?? []
  if (isIP(address) !== 6 || mapped) return mapped ?? (address || 'unknown')
  return `${networkOf(address)}::/64`
}

/** The first four of its eight groups. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = tail === undefined ? 0 : 8 - before!.length - after!.length
  const groups = [...before!, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after!]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
