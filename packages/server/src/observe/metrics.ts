import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { NewEvent } from '@streambed/protocol'
import { type Registry, registry } from './registry.ts'

/** What a server counts of itself, for Prometheus. No label tells who: only what kind. */
export interface Metrics extends Disposable {
  /** What was appended to a log. Cheap: nearly all events are none that count. */
  events(events: readonly NewEvent[]): void
  request(method: string, route: string, status: number, ms: number): void
  /** One commit of the store. */
  commit(ms: number): void
  /** Events of an answer that this version does not know. */
  ignored(model: string, count: number): void
  /** A number that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void
  /** All of it in Prometheus' text format. */
  text(): string
}

/** How often the event loop is looked at; how late it is then counts from here. In milliseconds. */
const LAG_MS = 20
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5]

export function openMetrics(all: Registry = registry()): Metrics {
  const runs = all.counter('streambed_runs_total', 'Runs that have ended, by reason and limit.', ['reason', 'limit'])
  const calls = all.counter('streambed_model_calls_total', 'Model calls.', ['model', 'estimated'])
  const tokens = all.counter('streambed_tokens_total', 'Tokens of model calls, by kind.', ['model', 'kind'])
  const dollars = all.counter('streambed_dollars_total', 'What model calls have cost, where the price is known.', [
    'model',
  ])
  const firstToken = all.histogram('streambed_first_token_seconds', 'From a model call to its first token.', SECONDS)
  const requests = all.counter('streambed_requests_total', 'HTTP requests.', ['method', 'route', 'status'])
  const durations = all.histogram('streambed_request_seconds', 'From a request to the end of its answer.', SECONDS)
  const commits = all.histogram('streambed_commit_seconds', 'Commits of the store.', COMMIT_SECONDS)
  const unknown = all.counter('streambed_ignored_events_total', "A model's events that nobody here knows.", ['model'])
  const lag = monitorEventLoopDelay({ resolution: LAG_MS })
  lag.enable()
  all.gauge('streambed_event_loop_lag_p99_seconds', 'How late the event loop was, since the last time asked.', () => {
    const late = lag.count === 0 ? 0 : Math.max(0, lag.percentile(99) / 1e9 - LAG_MS / 1_000)
    lag.reset()
    return late
  })
  all.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  all.gauge('process_uptime_seconds', 'Since its start.', () => process.uptime())

  return {
    events(events) {
      for (const event of events) {
        if (event.type === 'run-end') runs.add(1, event.reason, event.detail ?? '')
        else if (event.type === 'usage') {
          const { model } = event
          calls.add(1, model, String(event.estimated))
          tokens.add(event.inputTokens, model, 'input')
          tokens.add(event.outputTokens, model, 'output')
          tokens.add(event.cacheReadTokens, model, 'cache-read')
          tokens.add(event.cacheWriteTokens, model, 'cache-write')
          dollars.add((event.microDollars ?? 0) / 1_000_000, model)
          if (event.firstTokenMs !== undefined) firstToken.observe(event.firstTokenMs / 1_000)
        }
      }
    },
    request(method, route, status, ms) {
      requests.add(1, method, route, String(status))
      durations.observe(ms / 1_000)
    },
    commit: (ms) => commits.observe(ms / 1_000),
    ignored: (model, count) => unknown.add(count, model),
    gauge: all.gauge,
    text: all.text,
    [Symbol.dispose]: () => lag.disable(),
  }
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  events() {},
  request() {},
  commit() {},
  ignored() {},
  gauge() {},
  text: () => '',
  [Symbol.dispose]() {},
}
