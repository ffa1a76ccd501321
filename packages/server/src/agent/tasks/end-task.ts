import * as z from 'zod'
import { defineTool } from '../tool.ts'

/** What every agent with intents can do: end a task that no tool completes. */
export const endTask = defineTool({
  name: 'end_task',
  description:
    'Ends what the user was about to have done. Call it when they do not want it any more ("never mind", "forget it"), or when it turns ' +
    'out to be done already. Not needed after a tool has done what was wanted.',
  input: z.object({
    outcome: z.enum(['completed', 'cancelled']).describe('cancelled: the user does not want it any more'),
  }),
  run: async ({ outcome }) => `The task is ${outcome}. Say so in one short sentence.`,
})
