import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { canPin } from './child.ts'
import type { Held } from './measures.ts'
import { YARDSTICK } from './peers.ts'

/** What one run has found out about one line of the table: medians. */
export interface Result {
  readonly name: string
  /** Microseconds of the core per token. */
  readonly flood: number
  readonly paced: number
  /** Milliseconds over the stand-in's own. */
  readonly firstToken: number
  /** Nothing where it was not measured. */
  readonly held: Held | undefined
  /** Bytes. */
  readonly perStream: { readonly held: number; readonly resident: number }
  readonly perIdle: { readonly held: number; readonly resident: number }
  readonly faults: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[middle - 0.5]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The results as a Markdown table; in brackets the share of the yardstick's. */
export function table(results: readonly Result[]): string {
  const yardstick = results.find(({ name }) => name === YARDSTICK)!
  const ratio = (of: (result: Result) => number | undefined) => (result: Result) => {
    const [mine, its] = [of(result), of(yardstick)]
    return mine === undefined || !its || result === yardstick ? '' : ` (${(mine / its).toFixed(2)})`
  }
  const columns: readonly (readonly [string, (result: Result) => string])[] = [
    ['flood, µs/token', (r) => r.flood.toFixed(2) + ratio(({ flood }) => flood)(r)],
    ['paced, µs/token', (r) => r.paced.toFixed(1) + ratio(({ paced }) => paced)(r)],
    ['first token, ms', (r) => r.firstToken.toFixed(2)],
    ['streams held', (r) => heldText(r) + ratio(({ held }) => held?.streams)(r)],
    ['KiB/stream', (r) => kib(r.perStream.resident) + ratio(({ perStream }) => perStream.resident)(r)],
    ['live KiB/stream', (r) => kib(r.perStream.held) + ratio(({ perStream }) => perStream.held)(r)],
    ['KiB/idle socket', (r) => kib(r.perIdle.resident)],
    ['faults', (r) => String(r.faults)],
  ]
  const lines = [
    ['server', ...columns.map(([title]) => title)],
    ['---', ...columns.map(() => '---:')],
    ...results.map((result) => [result.name, ...columns.map(([, cell]) => cell(result))]),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function heldText({ held }: Result): string {
  if (!held) return '–'
  return `${held.isAtLeast ? '≥ ' : ''}${held.streams.toLocaleString('en')}`
}

const kib = (bytes: number): string => (bytes / 1024).toFixed(0)

/** Where and when: figures mean nothing without it. */
export function circumstances(now: Date): string {
  const processor = `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? arch()}`
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const pinned = canPin ? 'the server alone on one core' : 'cores not pinned, as there is no `taskset` here'
  return `${now.toISOString().slice(0, 10)} · ${processor}, ${memory} · ${platform()} ${release()} · Node ${process.versions.node} · ${pinned}`
}
