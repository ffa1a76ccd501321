import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineAgent, defineTool, findRecords, memories, profile, searchConversations } from '@streambed/server'
import * as z from 'zod'

const file = (name: string): string => join(process.env['STREAMBED_DATA_DIR']!, name)

/** What others have written. */
const readPage = defineTool({
  name: 'read_page',
  description: 'Reads a page of the web.',
  input: z.object({}),
  run: async () => readFileSync(file('page.txt'), 'utf8'),
})

/** What leaves the house. */
const send = defineTool({
  name: 'send',
  description: 'Sends a letter.',
  input: z.object({ to: z.string(), text: z.string() }),
  approval: 'always',
  async run(letter) {
    appendFileSync(file('sent.txt'), `${JSON.stringify(letter)}\n`)
    return 'Sent.'
  },
})

/** Reads strangers' words, knows its user's secrets and can write to anybody: all that an injection wants. */
export default defineAgent({
  name: 'reader',
  instructions: 'Be brief.',
  collections: [memories],
  profile,
  tools: [readPage, send, searchConversations, findRecords([memories])],
})
