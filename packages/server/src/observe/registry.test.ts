import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registry } from './registry.ts'

test('counters, histograms and gauges are told as Prometheus reads them', () => {
  const all = registry()
  const runs = all.counter('runs_total', 'Runs.', ['reason'])
  const waits = all.histogram('wait_seconds', 'Waits.', [0.1, 1])
  all.gauge('open', 'Open\nnow.', () => 3)
  runs.add(1, 'done')
  runs.add(2, 'done')
  runs.add(1, 'a "b"\n\\c')
  for (const seconds of [0.05, 0.1, 0.5, 7]) waits.observe(seconds)
  assert.equal(
    all.text(),
    `# HELP runs_total Runs.
# TYPE runs_total counter
runs_total{reason="done"} 3
runs_total{reason="a \\"b\\"\\n\\\\c"} 1
# HELP wait_seconds Waits.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.1"} 2
wait_seconds_bucket{le="1"} 3
wait_seconds_bucket{le="+Inf"} 4
wait_seconds_sum 7.65
wait_seconds_count 4
# HELP open Open\\nnow.
# TYPE open gauge
open 3
`,
  )
})

test('however many labels come, a counter keeps a bounded number and loses no count', () => {
  const all = registry()
  const calls = all.counter('calls', 'Calls.', ['model', 'kind'])
  for (let i = 0; i < 2_000; i++) calls.add(1, `model ${i}`, 'in')
  const lines = all
    .text()
    .split('\n')
    .filter((line) => line.startsWith('calls{'))
  assert.equal(lines.length, 501)
  assert.equal(lines.at(-1), 'calls{model="other",kind="other"} 1500')
})
