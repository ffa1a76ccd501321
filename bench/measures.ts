import { setTimeout as after } from 'node:timers/promises'
import type { Child } from './child.ts'
import type { Outcome, Watched } from './load/main.ts'
import type { Peer } from './peers.ts'
import type { Memory, Usage } from './servers/observed.ts'
import { type Order, TOKEN_MS } from './stand-in/answer.ts'

/** Everything that is not under test. */
export interface Ground {
  readonly standIn: Child
  readonly load: Child
}

/** Microseconds of the server's core for each token that its clients got. */
export interface Cost {
  readonly perToken: number
  readonly faults: number
  readonly error?: string | undefined
}

/** What a token costs when answers come as fast as they are taken. */
export async function flood({ load }: Ground, peer: Peer, clients: number, tokens: number): Promise<Cost> {
  const order: Order = { pace: 'flood', tokens }
  const before = await cpu(peer)
  const got = await load.ask<Outcome>('answers', { ...target(peer), clients, asks: 1, order })
  await after(peer.restMs)
  return costOf((await cpu(peer)) - before, got, got)
}

/** What a token costs at reading pace, with all streams well under way. */
export async function paced({ load }: Ground, peer: Peer, clients: number, ms: number): Promise<Cost> {
  const order: Order = { pace: 'paced', tokens: Math.ceil((ms + 1_500) / TOKEN_MS) }
  await load.ask('open', { ...target(peer), clients, order, overMs: 500 })
  await after(500)
  const before = await cpu(peer)
  const watched = await load.ask<Watched>('watch', { ms })
  const used = (await cpu(peer)) - before
  const finished = await load.ask<Outcome>('finish')
  await load.ask('close')
  return costOf(used, watched, finished)
}

/** How long a lonely client waits for the first token, in milliseconds, each time. */
export function firstTokens({ load }: Ground, peer: Peer | Child, times: number): Promise<readonly number[]> {
  const asked = 'server' in peer ? target(peer) : { url: peer.url, dialect: 'direct' }
  return load.ask('firstTokens', { ...asked, times })
}

export interface Held {
  readonly streams: number
  /** The server was still well when the load was not any more. */
  readonly isAtLeast: boolean
}

export interface HeldOptions {
  readonly from: number
  /** How much larger each step is. */
  readonly growth: number
  readonly watchMs: number
  readonly longestMs: number
}

/** The 99th percentile of the delay of tokens up to which a server counts as holding its streams, in milliseconds. */
const MAX_DELAY_MS = 100
/** A stand-in that is as late as this, or a load that is as busy, has come to its own limit. */
const MAX_LATE_MS = 50
const MAX_BUSY = 0.97
/** The share of the tokens that must have come for all streams to count as held: some are always under way. */
const LEAST_SHARE = 0.97
/** Until a server has let go of those that have gone, in milliseconds. */
const REST_MS = 1_500

/** The most streams at 50 tokens/s that a server holds: more are added until tokens come late, or not at all. */
export async function held(ground: Ground, peer: Peer, options: HeldOptions): Promise<Held> {
  const { load } = ground
  const deadline = performance.now() + options.longestMs
  const order: Order = { pace: 'paced', tokens: 1_000_000 }
  let streams = 0
  let next = options.from
  try {
    while (performance.now() < deadline) {
      await load.ask('open', { ...target(peer), clients: next - streams, order, overMs: options.watchMs / 2 })
      let verdict = await judge(ground, next, options)
      if (verdict === 'late') verdict = await judge(ground, next, options) // the machine's neighbours get one pardon
      if (verdict !== 'held') return { streams, isAtLeast: verdict === 'exhausted' }
      streams = next
      next = Math.ceil(next * options.growth)
    }
    return { streams, isAtLeast: true }
  } finally {
    await load.ask('close')
    await after(1_000) // the server learns that its readers are gone
  }
}

async function judge(
  { load, standIn }: Ground,
  streams: number,
  { watchMs }: HeldOptions,
): Promise<'held' | 'late' | 'exhausted'> {
  await after(watchMs / 4)
  await standIn.ask('lateness')
  const { tokens, ms, p99, faults, busy } = await load.ask<Watched>('watch', { ms: watchMs })
  const isComplete = faults === 0 && tokens >= (streams * ms * LEAST_SHARE) / TOKEN_MS
  if (p99 < MAX_DELAY_MS && isComplete) return 'held'
  const late = await standIn.ask<number>('lateness')
  return late > MAX_LATE_MS || busy > MAX_BUSY ? 'exhausted' : 'late'
}

/** Bytes of the server for each of its connections. */
export interface Weights {
  readonly perStream: Memory
  readonly perIdle: Memory
}

export interface WeighOptions {
  readonly streams: number
  readonly sockets: number
  /** How long the streams run before they are weighed, in milliseconds. */
  readonly settleMs: number
}

/** What streams at reading pace and idle connections weigh in a server that has served others before, but not many. */
export async function weigh({ load }: Ground, peer: Peer, options: WeighOptions): Promise<Weights> {
  await using server = await peer.startFresh()
  const fresh = { ...peer, server }
  const order: Order = { pace: 'paced', tokens: 1_000_000 }
  const open = { ...target(fresh), order, overMs: 1_000 }
  await load.ask('answers', { ...open, clients: 50, asks: 4, order: { pace: 'flood', tokens: 200 } })
  await load.ask('open', { ...open, clients: 50 })
  await after(REST_MS)
  await load.ask('close')
  await after(REST_MS)

  const empty = await server.ask<Memory>('memory')
  await load.ask('open', { ...open, clients: options.streams })
  await after(options.settleMs)
  const active = await server.ask<Memory>('memory')
  await load.ask('close')
  await after(REST_MS)

  const before = await server.ask<Memory>('memory')
  await load.ask('idle', { url: server.url, kind: peer.idle, sockets: options.sockets })
  const idle = await server.ask<Memory>('memory')
  await load.ask('close')
  return { perStream: share(empty, active, options.streams), perIdle: share(before, idle, options.sockets) }
}

function share(before: Memory, now: Memory, count: number): Memory {
  return { held: (now.held - before.held) / count, resident: (now.resident - before.resident) / count }
}

function target({ server, dialect }: Peer): object {
  return { url: server.url, dialect }
}

async function cpu({ server }: Peer): Promise<number> {
  return (await server.ask<Usage>('usage')).cpu
}

function costOf(microseconds: number, { tokens }: Outcome, { faults, error }: Outcome): Cost {
  return { perToken: microseconds / tokens, faults, error }
}
