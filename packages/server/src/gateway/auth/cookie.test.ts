import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clearCookie, readCookie, sessionCookie, setCookie } from './cookie.ts'

test('behind TLS the cookie is this host’s alone, and goes over TLS alone', () => {
  const cookie = sessionCookie({ secure: true, maxAgeMs: 60_000 })
  const attributes = 'Path=/; HttpOnly; SameSite=Lax; Secure'
  assert.equal(setCookie(cookie, 'token'), `__Host-streambed=token; Max-Age=60; ${attributes}`)
  assert.equal(clearCookie(cookie), `__Host-streambed=; Max-Age=0; ${attributes}`)
  assert.equal(readCookie('streambed=planted; __Host-streambed=token', cookie.name), 'token')
})

test('a cookie that is there twice, or is empty, counts as none', () => {
  for (const header of [undefined, '', 'a', 'a=', 'a=1; a=2', 'a=1; b=2; a=1', 'aa=1', 'A=1'])
    assert.equal(readCookie(header, 'a'), undefined, header)
  assert.equal(readCookie('b=1; a=x=y ;c', 'a'), 'x=y')
})
