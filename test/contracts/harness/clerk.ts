import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scriptBrain, startEmulator } from '@streambed/emulator'
import { temporaryFolder } from '../../chaos/harness/temporary-folder.ts'
import { type House, openHouse } from './house.ts'

const CLERK = `
import { defineAgent, defineTool } from '@streambed/server'
import * as z from 'zod'
const pay = defineTool({
  name: 'pay', description: 'Pays.', input: z.object({ euros: z.number() }), approval: 'always',
  run: async ({ euros }) => ({ paid: euros }),
})
export default defineAgent({ name: 'clerk', instructions: 'You pay.', tools: [pay] })`

/** A server whose one agent, the clerk, asks before it pays; its model says what it is told to. */
export async function openClerk(answers: Parameters<typeof scriptBrain>[0]): Promise<House> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const agents = join(folder.path, 'agents')
  mkdirSync(agents)
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(folder.path, 'node_modules'))
  writeFileSync(join(agents, 'clerk.mjs'), CLERK)
  const emulator = stack.use(await startEmulator({ pace: 'instant', brain: scriptBrain(answers) }))
  const house = stack.use(await openHouse({ bedrockUrl: emulator.url, env: { STREAMBED_AGENTS_DIR: agents } }))
  const owned = stack.move()
  return { ...house, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
