import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { defineAgent, defineTool } from '@streambed/server'
import * as z from 'zod'

/** What it does cannot be taken back, and takes its time. */
const post = defineTool({
  name: 'post',
  description: 'Posts a letter.',
  input: z.object({ text: z.string() }),
  approval: 'always',
  async run({ text }) {
    appendFileSync(join(process.env['STREAMBED_DATA_DIR']!, 'posted.txt'), `${text}\n`)
    await pause(100)
    return 'Posted.'
  },
})

export default defineAgent({ name: 'clerk', instructions: 'Be brief.', tools: [post] })
