import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import type { Finding } from '../../packages/server/src/cli/through/finding.ts'
import { lookThrough } from '../../packages/server/src/cli/through/through.ts'
import { temporaryFolder } from '../chaos/harness/temporary-folder.ts'
import { type House, openHouse } from '../contracts/harness/house.ts'
import { certificate, freePort, program, startNginx } from './nginx.ts'

const STREAMBED = join(import.meta.dirname, '../../packages/server/bin/streambed.js')
const skip = program ? false : 'nginx is not installed'

describe('a server behind the nginx of docs/guides/behind-a-proxy.md', { skip }, () => {
  const folder = temporaryFolder()
  let house: House
  let key: string
  let ports: { readonly port: number; readonly plainPort: number; readonly serverPort: number }
  let ca: string

  before(async () => {
    const [port, plainPort] = [await freePort(), await freePort()]
    ca = await certificate(folder.path)
    const origin = `https://localhost:${port}`
    const env = { STREAMBED_AUTH: 'accounts', STREAMBED_PUBLIC_URL: origin, STREAMBED_TRUSTED_PROXIES: '1' }
    house = await openHouse({ env })
    ports = { port, plainPort, serverPort: house.server.port }
    key = await keyThatReads(house, origin)
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(ca, 'utf8')])
  })
  after(async () => {
    await house?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  test('is well, as the doctor says', async () => {
    await using _nginx = await startNginx({ folder: folder.path, ...ports })
    const url = `https://localhost:${ports.port}`
    const env = { ...process.env, STREAMBED_KEY: key, NODE_EXTRA_CA_CERTS: ca }
    const doctor = [STREAMBED, 'doctor', '--through', url, '--idle', '2']
    const { stdout } = await promisify(execFile)(process.execPath, doctor, { env })
    assert.deepEqual(
      stdout.trim().split('\n').map(withoutFigures),
      [
        `✓ Streambed # answers at ${url}, through nginx.`,
        '✓ It takes the API key.',
        '✓ TLSv1.3, with a certificate until #.',
        '✓ Its cookie is __Host-streambed.',
        '✓ Browsers are told to come by https alone (HSTS).',
        '✓ Requests keep their ids.',
        '✓ It knows where requests come from: this one from 127.0.0.1, by the word of 1 of its own.',
        '✓ Its own pages may use it, those of other origins may not.',
        '✓ Uploads of 4.5 MB get through.',
        '✓ Streams arrive as they are written, at most # ms late.',
        '✓ WebSockets get through, by ticket.',
        '✓ A silent socket lives for 2 s.',
        '✓ A silent stream lives for 2 s.',
        '✓ A long-poll of 2 s is answered.',
      ].map(withoutFigures),
    )
  })

  test('sends those on who come by http', async () => {
    await using _nginx = await startNginx({ folder: folder.path, ...ports })
    const findings = await look(`http://localhost:${ports.plainPort}`)
    assert.deepEqual(findings, [
      {
        is: 'wrong',
        text: `http://localhost:${ports.plainPort} sends on to https://localhost/v1/health; look there instead.`,
      },
    ])
  })

  test('with many mistakes in it is found out, each with what to change', async () => {
    const mistakes = {
      'proxy_buffering    off;': 'proxy_ignore_headers X-Accel-Buffering;',
      'proxy_set_header   Connection $streambed_connection;': '',
      'client_max_body_size  5m;': 'client_max_body_size 1m;',
      'proxy_read_timeout 75s;': 'proxy_read_timeout 1s;',
      $proxy_add_x_forwarded_for: '"$proxy_add_x_forwarded_for, 10.0.0.1"',
    }
    await using _nginx = await startNginx({ folder: folder.path, ...ports, mistakes })
    const findings = await look(`https://localhost:${ports.port}`, 2_000)
    const amiss = findings.filter(({ is }) => is !== 'ok')
    const expected = [
      /^All requests seem to come from 10\.0\.0\.1, .* Set STREAMBED_TRUSTED_PROXIES to 2\.$/,
      /^The proxy refuses an upload of 4\.5 MB \(413\), .* nginx: client_max_body_size 5m\.$/,
      /^Streams are held back: what was written over \d+ ms arrived within \d+ ms\. nginx: proxy_buffering off/,
      /^WebSockets do not get through: .* nginx: proxy_http_version 1\.1, proxy_set_header Upgrade/,
      /^A silent stream is cut after 1 s; .* nginx: proxy_read_timeout 75s\.$/,
      /^A long-poll of 2 s is answered with 504 by the proxy\. nginx: proxy_read_timeout 75s\.$/,
    ]
    assert.deepEqual(
      amiss.map(({ is, text }, i) => [is, expected[i]?.test(text) ? 'as expected' : text]),
      expected.map(() => ['wrong', 'as expected']),
    )
  })

  test('that compresses streams and does not say for whom it asks is found out', async () => {
    const mistakes = {
      'gzip_types ': 'gzip_types text/event-stream',
      'proxy_set_header   X-Forwarded-For $proxy_add_x_forwarded_for;': '',
    }
    await using _nginx = await startNginx({ folder: folder.path, ...ports, mistakes })
    const findings = await look(`https://localhost:${ports.port}`)
    const text = findings.map(({ is, text }) => `${is}: ${text}`).join('\n')
    assert.match(text, /^wrong: Whoever comes can say that they come from anywhere/m)
    assert.match(text, /^wrong: Streams are compressed \(gzip\), .* nginx: gzip_types without text\/event-stream/m)
  })

  test('that does not reach it is found out', async () => {
    const mistakes = { [`server 127.0.0.1:${ports.serverPort};`]: 'server 127.0.0.1:1;' }
    await using _nginx = await startNginx({ folder: folder.path, ...ports, mistakes })
    const [finding, ...rest] = await look(`https://localhost:${ports.port}`)
    assert.deepEqual(rest, [])
    assert.match(finding!.text, /^The proxy answers 502 by itself: it does not reach the server\. nginx: proxy_pass/)
  })

  function look(url: string, idleMs = 0): Promise<Finding[]> {
    return Array.fromAsync(lookThrough({ url: new URL(url), key: { authorization: `Bearer ${key}` }, idleMs }))
  }
})

/** What differs from run to run is left out. */
function withoutFigures(line: string): string {
  return line.replace(/\b\d+\.\d+\.\d+(?= answers)|\d{4}-\d\d-\d\d|\d+(?= ms)/g, '#')
}

/** Makes the first owner's account, and a key of theirs that may only read. */
async function keyThatReads({ url, server }: House, origin: string): Promise<string> {
  const [, token] = await server.says(/\/welcome#(\S+)\s/)
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
    const told = { 'content-type': 'application/json', origin, ...headers }
    return fetch(url + path, { method: 'POST', headers: told, body: JSON.stringify(body) })
  }
  const person = { token, email: 'ada@lab.example', name: 'Ada', password: 'seven blue horses' }
  const [cookie = ''] = (await post('/v1/auth/accept', person)).headers.getSetCookie()
  const made = await post('/v1/account/keys', { title: 'doctor', scopes: ['read'] }, { cookie: cookie.split(';')[0]! })
  return ((await made.json()) as { readonly token: string }).token
}
