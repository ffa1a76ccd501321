import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { systemClock } from './clock.ts'

const globals = globalThis as Record<string, unknown>

afterEach(() => {
  for (const name of ['document', 'requestAnimationFrame', 'cancelAnimationFrame']) delete globals[name]
})

test('F15: time never runs backwards, whatever is done to the machine’s clock', ({ mock }) => {
  const wall = mock.method(Date, 'now')
  const times: number[] = []
  for (const now of [1e12, 1e12 + 5, 0, 10, 4e12, 1e12, 1e12 + 7]) {
    wall.mock.mockImplementation(() => now)
    times.push(systemClock.now())
  }
  const steps = times.slice(1).map((time, i) => time - times[i]!)
  assert.deepEqual(steps, [5, 0, 10, 4e12 - 10, 0, 7])
})

test('a page is told with its frames, and by a timer once it is not painted any more', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const frames: (() => void)[] = []
  const painting = {
    document: { hidden: false },
    requestAnimationFrame: (call: () => void) => frames.push(call),
    cancelAnimationFrame: () => {},
  }
  Object.assign(globals, painting)
  const told: string[] = []
  systemClock.frame(() => told.push('painted'))
  frames[0]!()
  mock.timers.tick(1_000)
  assert.deepEqual(told, ['painted'])
  systemClock.frame(() => told.push('hidden meanwhile'))
  mock.timers.tick(250)
  painting.document.hidden = true
  systemClock.frame(() => told.push('hidden'))
  mock.timers.tick(16)
  systemClock.frame(() => told.push('called off'))()
  mock.timers.tick(1_000)
  assert.deepEqual(told, ['painted', 'hidden meanwhile', 'hidden'])
})
