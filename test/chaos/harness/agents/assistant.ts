import { defineAgent, defineTool } from '@streambed/server'
import * as z from 'zod'

const wait = defineTool({
  name: 'wait',
  description: 'Waits for some milliseconds.',
  input: z.object({ ms: z.number().int().min(0).max(60_000) }),
  async run({ ms }, { signal }) {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const timer = setTimeout(() => resolve(`${ms} ms are over.`), ms)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    return promise.finally(() => clearTimeout(timer))
  },
})

export default defineAgent({
  name: 'assistant',
  instructions: 'Be brief.',
  tools: [wait],
  reasoning: { tokens: 1024, show: true },
})
