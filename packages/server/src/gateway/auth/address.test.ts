import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { addressOf } from './address.ts'

const from = (remoteAddress: string | undefined, forwarded: string | undefined, proxies: number): string =>
  addressOf(
    { socket: { remoteAddress } as Socket, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    proxies,
  )

test('an address is what the connection says, whatever the sender adds', () => {
  assert.equal(from('192.0.2.1', '198.51.100.7', 0), '192.0.2.1')
  assert.equal(from('::ffff:192.0.2.1', undefined, 0), '192.0.2.1')
  assert.equal(from(undefined, undefined, 0), 'unknown')
})

test('of what proxies say, only what the trusted ones added counts', () => {
  assert.equal(from('10.0.0.1', '1.1.1.1, 198.51.100.7', 1), '198.51.100.7')
  assert.equal(from('10.0.0.1', '1.1.1.1, 198.51.100.7, 10.0.0.2', 2), '198.51.100.7')
  assert.equal(from('10.0.0.1', 'nonsense', 1), '10.0.0.1')
  assert.equal(from('10.0.0.1', undefined, 1), '10.0.0.1')
})

test('of IPv6 the network counts', () => {
  assert.equal(from('2001:db8:0:1:a:b:c:d', undefined, 0), '2001:db8:0:1::/64')
  assert.equal(from('2001:0DB8::5', undefined, 0), '2001:db8:0:0::/64')
  assert.equal(from('::1', undefined, 0), '0:0:0:0::/64')
})
