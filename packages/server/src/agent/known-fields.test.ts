import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { defineAgent } from './agent.ts'
import { defineTool } from './tool.ts'

test('a mistyped field of an agent or a tool is named, with those that there are', () => {
  const agent = { name: 'concierge', instructions: 'Help.' }
  const tool = { name: 'clock', description: 'Tells.', input: z.object({}), run: async () => 'noon' }
  const mistyped: readonly (readonly [() => unknown, RegExp])[] = [
    [
      () => defineAgent({ ...agent, tols: [] } as never),
      /^agent concierge has no field "tols"; there are name, .*tools/,
    ],
    [
      () => defineAgent({ ...agent, limits: { step: 4 } as never }),
      /^agent concierge: limits has no field "step"; .*steps/,
    ],
    [() => defineTool({ ...tool, timeout: 5 } as never), /^tool clock has no field "timeout"; .*timeoutMs/],
  ]
  for (const [define, message] of mistyped) assert.throws(define, { name: 'TypeError', message })
  assert.equal(defineAgent(agent).title, 'concierge')
})
