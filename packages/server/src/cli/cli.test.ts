import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '@streambed/emulator'
import { type ConversationId, newConversationId } from '@streambed/protocol'
import { sqliteStore } from '../store/sqlite.ts'
import { COMMANDS } from './main.ts'

const bin = fileURLToPath(new URL('../../bin/streambed.js', import.meta.url))
const root = fileURLToPath(new URL('../../../..', import.meta.url))

test('--help lists every command', async () => {
  const { code, out } = await run(['--help'])
  assert.equal(code, 0)
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    assert.match(out, new RegExp(`^  ${name} +${summary}$`, 'm'))
  }
})

test('every command explains itself', async () => {
  const names = Object.keys(COMMANDS)
  const answers = await Promise.all(names.map((name) => run([name, '--help'])))
  assert.deepEqual(
    answers.map(({ code, out }) => ({ code, explained: /--\w/.test(out) })),
    names.map(() => ({ code: 0, explained: true })),
  )
})

test('a command or an option that does not exist is named', async () => {
  const [unknown, option, value] = await Promise.all([
    run(['chatt']),
    run(['chat', '--loud', 'Hello']),
    run(['chat', 'Hello'], { PORT: 'x' }),
  ])
  assert.deepEqual(unknown, { code: 2, out: '', err: 'There is no command "chatt"; streambed --help lists them.\n' })
  assert.equal(option.code, 2)
  assert.match(option.err, /'--loud'/)
  assert.deepEqual([value.code, value.err], [2, 'PORT is "x"; it must be a whole number from 0 to 65535.\n'])
})

test('chat answers without a server, and log tells of it from the store', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const chat = await run(['chat', 'Hello'], { STREAMBED_DATA_DIR: data.path })
  assert.equal(chat.code, 0, chat.err)
  assert.ok(chat.out.trim().length > 0)
  const [, conversation] = chat.err.match(/done · .*demo model, free .* · conversation (c_\w+)/) ?? []
  assert.ok(conversation, chat.err)

  const list = await run(['log'], { STREAMBED_DATA_DIR: data.path })
  assert.match(list.out, new RegExp(`^${conversation}  `))
  const log = await run(['log', conversation], { STREAMBED_DATA_DIR: data.path })
  assert.match(log.out, /you: Hello\n/)
  assert.match(log.out, /assistant is done\.\n$/)
  const json = await run(['log', '--json', conversation], { STREAMBED_DATA_DIR: data.path })
  const numbers = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).seq)
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => i + 1),
  )
  const none = await run(['log', 'c_none'], { STREAMBED_DATA_DIR: data.path })
  assert.deepEqual(none, { code: 1, out: '', err: 'There is no conversation c_none.\n' })
})

test('a reader that has seen enough ends log without a word', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const conversation = await writeLog(data.path)
  using server = start(['serve', '--port', '0'], { STREAMBED_DATA_DIR: data.path })
  const url = await printed(server, /http:\/\/127\.0\.0\.1:\d+/)
  using child = start(['log', '--json', '--url', url, conversation])
  child.stdout!.destroy()
  const [[code], err] = await Promise.all([once(child, 'exit'), text(child.stderr!)])
  assert.deepEqual({ code, err }, { code: 0, err: '' })
})

test('chat says when the server is gone in the middle of an answer, and when it is back', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const env = { STREAMBED_DATA_DIR: data.path, STREAMBED_DEMO_PACE: '0,20' }
  using server = start(['serve', '--port', '0'], env)
  const url = await printed(server, /http:\/\/127\.0\.0\.1:\d+/)
  const chat = start(['chat', '--url', url, 'Write 300 words about rivers'])
  using _ = { [Symbol.dispose]: () => chat.kill('SIGKILL') } // a signal to end would stop the answer, and wait for that
  await once(chat.stdout!, 'data')
  const gone = once(server, 'exit')
  server.kill('SIGKILL')
  await printed(chat, /The connection broke; trying again\./)
  await gone
  using next = start(['serve', '--port', new URL(url).port], env)
  await printed(next, /http:\/\/127\.0\.0\.1:\d+/)
  await printed(chat, /Connected again\./)
})

test('Ctrl-C stops the answer, and what was said is kept', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const env = { STREAMBED_DATA_DIR: data.path, STREAMBED_DEMO_PACE: '0,20' }
  using child = start(['chat', 'Write 300 words about rivers'], env)
  const stderr = text(child.stderr!)
  let said = ''
  child.stdout!.on('data', (piece: Buffer) => {
    if (said === '') for (const _ of [1, 2]) child.kill('SIGINT') // as a terminal and npm do for one press
    said += piece
  })
  const [code] = await once(child, 'close')
  const err = await stderr
  assert.equal(code, 130, err)
  const [, conversation] = err.match(/stopped · .* · conversation (c_\w+)/) ?? []
  assert.ok(conversation, err)
  const log = await run(['log', conversation], env)
  assert.match(log.out, /you: \(asked to stop\)/)
  assert.ok(log.out.replaceAll(/\s+/g, ' ').includes(said.trim().replaceAll(/\s+/g, ' ')), log.out)
})

test('what a tool may do only when it is allowed is asked at the terminal', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const env = { STREAMBED_DATA_DIR: data.path }
  const first = await run(['chat', 'Remember that my cat is called Miso'], env)
  const [, conversation] = first.err.match(/conversation (c_\w+)/) ?? []
  assert.ok(conversation, first.err)
  const forget = ['chat', '--conversation', conversation, 'Forget that my cat is called Miso']

  const unanswered = await run(forget, env)
  assert.match(unanswered.err, /Allow forget \{.*\}\? \[y\/N\] \nNobody is here to allow it: forget/)
  const forbidden = await run(forget, env, 'no\nn\n') // the one before, which waits still, and this one
  assert.equal(forbidden.code, 0, forbidden.err)
  const allowed = await run(forget, env, 'y\n')
  assert.match(allowed.err, /Allow forget .*\n?done · /s)
  const log = await run(['log', conversation], env)
  assert.match(log.out, /\(forbade it\).*\(allowed it\)/s)
})

test('audit verify says whether the audit is what was written, and the head tells it later', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const env = { STREAMBED_DATA_DIR: data.path }
  await run(['chat', 'Hello'], env)
  const look = await run(['audit', 'verify'], env)
  assert.match(look.out, /^✓ 1 entries hold together\.\n {2}The head is 1:[0-9a-f]{64}\n$/)
  const [head] = look.out.match(/1:[0-9a-f]{64}/)!
  assert.equal((await run(['audit', 'verify', '--head', head], env)).code, 0)
  const other = await run(['audit', 'verify', '--head', `1:${'0'.repeat(64)}`], env)
  assert.deepEqual([other.code, other.out], [1, ''])
  assert.match(other.err, /^✗ Entry 1: This is not the entry that was noted/)
})

test('serve answers on its port, chat and log talk to it, and SIGTERM ends it', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  using server = start(['serve', '--port', '0'], { STREAMBED_DATA_DIR: data.path })
  const url = await printed(server, /http:\/\/127\.0\.0\.1:\d+/)
  const chat = await run(['chat', '--url', url, 'Hello'])
  assert.equal(chat.code, 0, chat.err)
  const list = await run(['log'], { STREAMBED_URL: url })
  assert.match(list.out, /^c_\w+ {2}/)
  server.kill('SIGTERM')
  assert.deepEqual(await once(server, 'exit'), [0, null])
  const gone = await run(['chat', '--url', url, 'Hello'])
  assert.deepEqual(gone, { code: 1, out: '', err: `No Streambed answers at ${url}. Is it running there?\n` })
})

test('a server that cannot start says why in one sentence', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  using server = start(['serve', '--port', '0'], { STREAMBED_DATA_DIR: join(data.path, 'first') })
  const { port } = new URL(await printed(server, /http:\/\/127\.0\.0\.1:\d+/))
  const env = { STREAMBED_DATA_DIR: join(data.path, 'second'), LOG_LEVEL: 'info' }
  const taken = await run(['serve', '--port', port], env)
  assert.deepEqual([taken.code, taken.out], [2, ''])
  assert.match(taken.err, new RegExp(`^PORT is ${port}, and something listens there already, .*\n$`))

  const file = join(data.path, 'file')
  writeFileSync(file, '')
  const noFolder = await run(['serve', '--port', '0'], { STREAMBED_DATA_DIR: file })
  assert.deepEqual([noFolder.code, noFolder.out], [2, ''])
  assert.match(noFolder.err, /^STREAMBED_DATA_DIR is \S+; it must be a folder .*EEXIST.*\n$/)
  const noAgents = await run(['serve', '--port', '0', '--agents-dir', data.path], env)
  assert.deepEqual([noAgents.code, noAgents.out], [2, ''])
})

test('where there is sign-in, chat and log say who asks with a key', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  using server = start(['serve', '--port', '0'], { STREAMBED_DATA_DIR: data.path, STREAMBED_AUTH: 'accounts' })
  const welcome = new URL(await printed(server, /http:\/\/127\.0\.0\.1:\d+\/welcome#\S+/))
  const url = welcome.origin
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', origin: url, ...headers },
    })
  const said = { token: welcome.hash.slice(1), email: 'ada@lab.example', name: 'Ada', password: 'seven blue horses' }
  const [cookie = ''] = (await post('/v1/auth/accept', said)).headers.getSetCookie()
  const made = await post('/v1/account/keys', { title: 'terminal' }, { cookie: cookie.split(';')[0]! })
  const { token } = (await made.json()) as { readonly token: string }
  const chat = await run(['chat', '--url', url, 'Hello'], { STREAMBED_KEY: token })
  assert.equal(chat.code, 0, chat.err)
  assert.match((await run(['log', '--url', url], { STREAMBED_KEY: token })).out, /^c_\w+ {2}/)
  const commands = [['chat', 'Hello'], ['log'], ['audit', 'verify']]
  for (const command of commands) {
    const nobody = await run([...command, '--url', url])
    const err = `${url} has sign-in: put an API key into STREAMBED_KEY. One is made on its page Account.\n`
    assert.deepEqual(nobody, { code: 1, out: '', err }, command[0])
    const stranger = await run([...command, '--url', url], { STREAMBED_KEY: 'wrong' })
    assert.match(stranger.err, /^http\S+ does not take the API key in STREAMBED_KEY: .*\n$/, command[0])
  }
  const member = await run(['audit', 'verify', '--url', url], { STREAMBED_KEY: token })
  assert.deepEqual([member.code, member.err.split('\n').length], [1, 2], member.err)
})

test('a store that a server has open is not read; where the server answers can be said', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const env = { STREAMBED_DATA_DIR: data.path }
  using server = start(['serve', '--port', '0'], env)
  await printed(server, /http:\/\/127\.0\.0\.1:\d+/)
  for (const command of [['log'], ['audit', 'verify'], ['chat', 'Hello']]) {
    const { code, out, err } = await run(command, env)
    assert.deepEqual([code, out], [2, ''], command[0])
    assert.match(err, /^\S+ is in use by another Streambed server\..*--url\b.*\n$/s)
  }
})

test('chat tells which agents there are, and what a form asks for', async () => {
  using data = mkdtempDisposableSync(join(tmpdir(), 'streambed-cli-'))
  const env = { STREAMBED_DATA_DIR: data.path }
  const nobody = await run(['chat', '--agent', 'nobody', 'Hello'], env)
  assert.deepEqual([nobody.code, nobody.out], [1, ''])
  assert.equal(nobody.err, 'There is no agent "nobody". There are assistant, predictions, strategy-builder, tasks.\n')
  const asked = await run(['chat', '--agent', 'tasks', 'Create an alarm'], env)
  assert.match(asked.err, /^\[create_alarm asks for: time\]$/m)
})

test('doctor finds no credentials, says so and fails', async () => {
  const { code, out } = await run(['doctor'])
  assert.equal(code, 1)
  assert.match(out, /^✗ Credentials: none were found/)
  const half = await run(['doctor'], { AWS_ACCESS_KEY_ID: 'AKIA' })
  assert.match(
    half.out,
    /^✗ Credentials: none were found.* AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not\./,
  )
})

test('doctor tells where the credentials are, what they can use, and shows no secret', async () => {
  await using emulator = await startEmulator({ pace: 'instant' })
  const env = awsAt(emulator.url)
  const free = await run(['doctor'], env)
  assert.equal(free.code, 0, free.out + free.err)
  assert.match(free.out, /✓ Credentials: access keys/)
  assert.match(free.out, /✓ Region: eu-west-1\./)
  assert.match(free.out, /✓ Bedrock answers: it counted \d+ tokens, which is free\./)
  assert.match(free.out, /^Models of this account and region:$/m)
  assert.match(free.out, /arn:aws:bedrock:eu-\*::foundation-model/)
  assert.doesNotMatch(free.out + free.err, /nobody-sees/)

  const called = await run(['doctor', '--call'], env)
  assert.equal(called.code, 0, called.out)
  assert.match(called.out, /✓ Bedrock answers: in \d.* tokens in, \d+ out, \$0\.\d+ by the prices of/)

  const retired = await run(['doctor', '--call'], { ...env, BEDROCK_MODEL_ID: 'no.such-model' })
  assert.equal(retired.code, 1)
  assert.match(retired.out, /✗ Bedrock does not know that model/)
})

for (const [name, says] of [
  ['UnrecognizedClientException', /✗ The AWS credentials are expired or wrong\. .*Check AWS_ACCESS_KEY_ID/],
  ['ExpiredTokenException', /✗ The AWS credentials are expired or wrong\. .*renew AWS_SESSION_TOKEN/],
  ['AccessDeniedException', /✗ AWS does not allow this call\. .*Allow bedrock:CountTokens/],
] as const) {
  test(`doctor fails where AWS answers everything with ${name}, and says whose models it lists`, async () => {
    await using aws = await site((response) => response.writeHead(403, { 'x-amzn-errortype': name }).end('{}'))
    const { code, out } = await run(['doctor'], awsAt(aws.url))
    assert.equal(code, 1, out)
    assert.match(out, says)
    assert.match(out, /^Models of the built-in table, as the account cannot be asked for its own.*:$/m)
  })
}

test('doctor fails where something else answers in the place of Bedrock', async () => {
  await using proxy = await site((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'))
  const { code, out } = await run(['doctor'], awsAt(proxy.url))
  assert.equal(code, 1, out)
  assert.match(out, /✗ Bedrock could not be reached\. .*What answered there is not Bedrock/)
})

/** A conversation that is read in many pages. */
async function writeLog(folder: string): Promise<ConversationId> {
  await using store = sqliteStore({ path: join(folder, 'streambed.db') })
  const conversation = newConversationId()
  const owner = { org: 'local', user: 'local' }
  const titles = Array.from({ length: 2_000 }, (_, i) => ({
    type: 'conversation-change' as const,
    title: `${i} `.repeat(20),
  }))
  await store.append(conversation, [{ type: 'conversation-start', agent: 'assistant', title: null, owner }, ...titles])
  return conversation
}

/** A server that gives everybody the same answer. */
async function site(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => void request.resume().on('end', () => answer(response)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function awsAt(url: string) {
  return {
    AWS_ENDPOINT_URL_BEDROCK: url,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'key-that-nobody-sees',
    AWS_SECRET_ACCESS_KEY: 'secret-that-nobody-sees',
  }
}

/** No settings of whoever runs this, no AWS account, nobody at the usual port. */
function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [bin, ...argv], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      PORT: '1',
      STREAMBED_BEDROCK: 'demo',
      STREAMBED_DEMO_PACE: 'instant',
      LOG_LEVEL: 'silent',
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Runs to the end, with nothing or `typed` on its input. */
async function run(argv: readonly string[], env?: Readonly<Record<string, string>>, typed = '') {
  const child = start(argv, env)
  child.stdin!.end(typed)
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout!), text(child.stderr!)])
  return { code, out, err }
}

async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let all = ''
  for await (const piece of child.stderr!.iterator({ destroyOnReturn: false })) {
    all += piece
    const [found] = all.match(pattern) ?? []
    if (found) return found
  }
  throw new Error(`the server ended without saying where it is: ${all}`)
}
