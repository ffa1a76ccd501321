import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchdog } from './watchdog.ts'

test('barks once, not early, at whoever was not fed; resting and stopped ones are left alone', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  using dog = watchdog(100)
  const heard: string[] = []
  const hungry = dog.watch(250, () => heard.push('hungry'))
  const fed = dog.watch(250, () => heard.push('fed'))
  const resting = dog.watch(250, () => heard.push('resting'))
  const stopped = dog.watch(250, () => heard.push('stopped'))
  resting.rest()
  stopped.stop()
  for (let ms = 0; ms < 200; ms += 100) {
    context.mock.timers.tick(100)
    fed.feed()
  }
  assert.deepEqual(heard, [])
  for (let ms = 0; ms < 200; ms += 100) {
    context.mock.timers.tick(100)
    fed.feed()
  }
  assert.deepEqual(heard, ['hungry'])

  resting.feed(100)
  fed.stop()
  context.mock.timers.tick(1_000)
  assert.deepEqual(heard, ['hungry', 'resting'])
  hungry.stop()
})
