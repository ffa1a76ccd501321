import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { canPin, startChild } from './child.ts'
import { firstTokens, flood, type Ground, type Held, held, paced, weigh } from './measures.ts'
import { type Peer, startPeers } from './peers.ts'
import { circumstances, median, type Result, table } from './results.ts'
import type { StandInUrls } from './stand-in/main.ts'

/** How much of everything. The quick run tells a developer which way a change went; only the full one is written down. */
const FULL = {
  rounds: 4,
  floodTokens: 1_000,
  pacedRounds: 3,
  pacedMs: 2_500,
  firstTokens: 20,
  held: { growth: 1.2, watchMs: 1_200, longestMs: 25_000 },
  weighed: { streams: 200, sockets: 1_000, settleMs: 5_000 },
}
const QUICK: typeof FULL = {
  rounds: 2,
  floodTokens: 500,
  pacedRounds: 1,
  pacedMs: 1_000,
  firstTokens: 10,
  held: { growth: 1.5, watchMs: 500, longestMs: 4_000 },
  weighed: { streams: 100, sockets: 200, settleMs: 1_500 },
}
const STREAMS = 100
/** Nothing here may take longer, whatever hangs. */
const LONGEST_MS = 10 * 60_000

const isQuick = process.argv.includes('--quick')
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const README = new URL('README.md', import.meta.url)

/** `npm run bench`: Streambed against its peers, in one run, on one stand-in for Bedrock. `--quick` for a first look. */
async function main(): Promise<void> {
  const amount = isQuick ? QUICK : FULL
  const startedAt = new Date()
  await using stack = new AsyncDisposableStack()
  // The server has the first core for itself; the others share what there is beside it.
  const cores = availableParallelism()
  const standIn = stack.use(await startChild({ name: 'stand-in', file: 'stand-in/main.ts', core: 1 % cores }))
  const load = stack.use(await startChild({ name: 'load', file: 'load/main.ts', core: Math.min(2, cores - 1) }))
  const all = await startPeers(await standIn.ask<StandInUrls>('urls'), 0, stack)
  const peers = only ? all.filter(({ name }) => name.includes(only)) : all
  const ground: Ground = { standIn, load }
  if (!canPin) say('There is no taskset here: the processes share all cores, and figures will vary more.')

  const floods = new Tally()
  const paces = new Tally()
  const waits = new Tally()
  const faults = new Tally()
  const record = (tally: Tally, peer: Peer, cost: Awaited<ReturnType<typeof flood>>): void => {
    tally.add(peer, cost.perToken)
    faults.add(peer, cost.faults)
    if (cost.error) say(`${peer.name}: ${cost.error}`)
  }

  say('Warming up')
  for (const peer of peers) record(new Tally(), peer, await flood(ground, peer, STREAMS, amount.floodTokens / 2))
  for (let round = 1; round <= amount.rounds; round++) {
    say(`${STREAMS} unpaced streams, round ${round} of ${amount.rounds}`)
    for (const peer of peers) record(floods, peer, await flood(ground, peer, STREAMS, amount.floodTokens))
  }
  for (let round = 1; round <= amount.pacedRounds; round++) {
    say(`${STREAMS} streams at 50 tokens/s, round ${round} of ${amount.pacedRounds}`)
    for (const peer of peers) record(paces, peer, await paced(ground, peer, STREAMS, amount.pacedMs))
  }
  for (let round = 1; round <= amount.pacedRounds; round++) {
    say(`First tokens, round ${round} of ${amount.pacedRounds}`)
    const own = median(await firstTokens(ground, standIn, amount.firstTokens))
    for (const peer of peers) waits.add(peer, median(await firstTokens(ground, peer, amount.firstTokens)) - own)
  }
  const weights = new Map<Peer, Awaited<ReturnType<typeof weigh>>>()
  for (const peer of peers) {
    say(`Memory: ${peer.name}`)
    weights.set(peer, await weigh(ground, peer, amount.weighed))
  }
  const heldBy = new Map<Peer, Held>()
  for (const peer of peers.filter(({ isHeld }) => isHeld)) {
    say(`Streams held: ${peer.name}`)
    const from = Math.round(0.6e6 / 50 / paces.median(peer))
    heldBy.set(peer, await held(ground, peer, { ...amount.held, from }))
  }

  const results = peers.map((peer): Result => {
    const { perStream, perIdle } = weights.get(peer)!
    const most = heldBy.get(peer)
    return {
      name: peer.name,
      flood: floods.median(peer),
      paced: paces.median(peer),
      firstToken: waits.median(peer),
      held: most,
      perStream,
      perIdle,
      faults: faults.sum(peer),
    }
  })
  const report = `${circumstances(startedAt)}\n\n${table(results)}\n`
  console.log(`\n${report}`)
  if (!isQuick && !only) writeReport(report)
}

/** Numbers by peer, one for each round. */
class Tally {
  readonly #values = new Map<Peer, number[]>()

  add(peer: Peer, value: number): void {
    this.#values.set(peer, [...(this.#values.get(peer) ?? []), value])
  }

  median(peer: Peer): number {
    return median(this.#values.get(peer) ?? [Number.NaN])
  }

  sum(peer: Peer): number {
    return (this.#values.get(peer) ?? []).reduce((sum, value) => sum + value, 0)
  }
}

/** Puts the newest results in the place of the last ones. */
function writeReport(report: string): void {
  const [before] = readFileSync(README, 'utf8').split(/(?<=## The last run\n)/)
  writeFileSync(README, `${before}\n${report}`)
}

function say(text: string): void {
  console.error(text)
}

setTimeout(() => {
  say('This takes too long; giving up.')
  process.exit(1)
}, LONGEST_MS).unref()
await main()
