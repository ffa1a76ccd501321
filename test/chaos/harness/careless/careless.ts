import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { defineAgent, defineTool } from '@streambed/server'
import * as z from 'zod'

/** Each tool returns in time, and fails when nobody waits for it any more. */
const LATE_MS = 50
const input = z.object({ secret: z.string() })

const throwLater = defineTool({
  name: 'throw_later',
  description: 'Throws when it is over.',
  input,
  async run({ secret }) {
    setTimeout(() => {
      throw new Error(secret)
    }, LATE_MS)
    return 'ok'
  },
})

const emitLater = defineTool({
  name: 'emit_later',
  description: 'Emits an error that nobody listens for.',
  input,
  async run({ secret }) {
    setTimeout(() => new EventEmitter().emit('error', new Error(secret)), LATE_MS)
    return 'ok'
  },
})

const rejectLater = defineTool({
  name: 'reject_later',
  description: 'Begins what it does not wait for.',
  input,
  async run({ secret }) {
    void pause(LATE_MS).then(() => Promise.reject(new Error(secret)))
    return 'ok'
  },
})

export default defineAgent({
  name: 'assistant',
  instructions: 'Be brief.',
  tools: [throwLater, emitLater, rejectLater],
})
