import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '@streambed/emulator'
import { canaries } from './harness/canaries.ts'
import { type Citizen, citizen } from './harness/citizen.ts'
import { type Network, openNetwork } from './harness/network.ts'
import { type Obedient, obedient } from './harness/obedient.ts'
import { type Random, seededRandom } from './harness/random.ts'
import { type ServerOptions, type ServerProcess, startServer } from './harness/server.ts'
import { settle } from './harness/settle.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const ORGANISATIONS = ['local', 'mill', 'bank']
/** Kinds of data that must have come back to whom they belong to, or nothing is proved. */
const KINDS = ['message', 'title', 'file', 'file name', 'memory', 'record', 'form', 'approval', 'request id', 'window']
const LOAD_MS = process.env['CI'] === 'true' ? 25_000 : 14_000
const AGENTS = fileURLToPath(new URL('harness/tenants', import.meta.url))

test('of what belongs to one user no other ever gets a word, nor do the logs or the metrics', {
  timeout: 120_000,
}, async (t) => {
  const random = seededRandom()
  t.diagnostic(`SEED=${random.seed}`)
  using folder = temporaryFolder()
  const brain = obedient()
  await using emulator = await startEmulator({ brain, pace: { firstTokenMs: 5, tokensPerSecond: 200 } })
  await using network = await openNetwork()
  const planted = canaries()
  const citizens = (await settle(folder.path, ORGANISATIONS)).map((one) =>
    citizen({ ...one, url: network.url, canaries: planted, random }),
  )
  const options: ServerOptions = { dataDir: folder.path, bedrockUrl: emulator.url, env: SETTINGS }
  const told = await live(citizens, network, options, random)

  let own = 0
  for (const { name, heard } of citizens) {
    const found = heard.flatMap(({ at, text }) => planted.in(text).map((canary) => ({ ...canary, at, text })))
    const foreign = found.filter(({ owner }) => owner !== name)
    assert.deepEqual(
      foreign.map(({ owner, kind, at, text }) => `${name} got a ${kind} of ${owner} by ${at}: ${text.slice(0, 2_000)}`),
      [],
      `SEED=${random.seed}`,
    )
    assert.deepEqual(
      heard.filter(({ text }) => text.includes('"internal"')),
      [],
      `SEED=${random.seed}`,
    )
    own += found.length
  }
  const kinds = new Set(
    citizens.flatMap(({ heard }) => heard.flatMap(({ text }) => planted.in(text).map(({ kind }) => kind))),
  )
  assert.deepEqual(
    [...KINDS].filter((kind) => !kinds.has(kind)),
    [],
    `nobody got these back, SEED=${random.seed}`,
  )
  assert.deepEqual(mixed(brain, planted), [], `the model was shown what belongs to two, SEED=${random.seed}`)

  const everywhere = [told, ...brain.seen, ...citizens.flatMap(({ heard }) => heard.map(({ text }) => text))]
  assert.ok(!everywhere.some((text) => text.includes(SECRET)), `a secret of the server is out, SEED=${random.seed}`)
  assert.deepEqual(planted.in(told), [], `in the log or the metrics, SEED=${random.seed}`)
  assert.doesNotMatch(told, /\bsb[a-z]_[0-9a-f]{32}_|seven blue horses|canary[0-9a-f]{32}/)
  assert.match(told, /"route":"\/v1\/messages"/)
  assert.match(told, /streambed_runs_total/)
  const answers = citizens.flatMap((one) => [...one.answers]).map(([kind, many]) => `${many} ${kind}`)
  t.diagnostic(`${own} own canaries came back; ${brain.seen.length} model calls; answers: ${answers.join(', ')}`)
})

/** What the server knows and nobody else may: people, the model, the log. */
const SECRET = 'KeyOfTheCloud4711KeyOfTheCloud4711Key'

const SETTINGS = {
  STREAMBED_AUTH: 'accounts',
  STREAMBED_AGENTS_DIR: AGENTS,
  STREAMBED_REQUESTS_PER_MINUTE: '100000',
  STREAMBED_CONNECTIONS: '1000',
  STREAMBED_RUNS_AT_ONCE: '20',
  STREAMBED_DRAIN_SECONDS: '1',
  AWS_SECRET_ACCESS_KEY: SECRET,
  LOG_LEVEL: 'trace',
}

/** Everybody is busy while the network breaks and the server is killed or stopped. Returns its logs and metrics. */
async function live(
  citizens: readonly Citizen[],
  network: Network,
  options: ServerOptions,
  random: Random,
): Promise<string> {
  const told: string[] = []
  await using stack = new AsyncDisposableStack()
  let server = await begin()
  const end = performance.now() + LOAD_MS
  const isOver = () => performance.now() > end
  const busy = [...citizens, ...citizens].map(async (one) => {
    const others = citizens.filter((other) => other !== one)
    while (!isOver()) await one.act(others)
  })
  for (let round = 1; !isOver(); round++) {
    await pause(random.between(500, 1_500))
    network.cut(0.3, random)
    if (round % 4 === 0) {
      await measure(server)
      if (random.chance(0.5)) server.signal('SIGTERM')
      else void server.kill()
      await server.gone
      told.push(server.output)
      server = await begin()
    }
  }
  await Promise.all(busy)
  for (const one of citizens) {
    await one.act(citizens.filter((other) => other !== one)) // signs in again who was out
    await persist(() => one.readAll())
  }
  await measure(server)
  server.signal('SIGTERM')
  await server.gone
  told.push(server.output)
  return told.join('\n')

  async function begin(): Promise<ServerProcess> {
    network.target = undefined
    const next = stack.use(await startServer(options))
    network.target = next.port
    return next
  }

  async function measure({ url }: ServerProcess): Promise<void> {
    told.push(await persist(async () => (await fetch(`${url}/metrics`)).text()))
  }
}

/** Asks again: that a connection broke while nobody used it is noticed by whoever is the next to use it. */
async function persist<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 5) throw error
    }
  }
}

/** Model calls in which canaries of more than one user stood. */
function mixed({ seen }: Obedient, planted: ReturnType<typeof canaries>): readonly string[] {
  return seen
    .map((request) => [...new Set(planted.in(request).map(({ owner }) => owner))])
    .filter((owners) => owners.length > 1)
    .map((owners) => owners.join(' and '))
}
