import { defineAgent, defineTool } from '@streambed/server'
import * as z from 'zod'

const sendLetter = defineTool({
  name: 'send_letter',
  description: 'Sends a letter.',
  input: z.object({ to: z.string(), text: z.string(), copies: z.number().int().min(1).max(5) }),
  approval: ({ to }) => (to === 'self' ? false : `It goes to ${to}, outside of this office.`),
  run: async ({ to, text, copies }) => ({ sent: `${copies} × ${text}`, to }),
})

const bookRoom = defineTool({
  name: 'book_room',
  description: 'Books a meeting room.',
  form: true,
  intent: true,
  input: z.object({
    room: z.enum(['small', 'large']).describe('Which room'),
    date: z.iso.date().describe('The day'),
    time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write it as HH:MM.'),
    people: z.number().int().min(1, 'At least one comes.').max(20),
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri']))
      .optional()
      .describe('The days on which it repeats'),
    catering: z.boolean().optional(),
    contact: z.object({ name: z.string().min(2), email: z.email() }).optional(),
  }),
  run: async ({ room, time, people }) => `The ${room} room is booked for ${people} at ${time}.`,
})

const showFigures = defineTool({
  name: 'show_figures',
  description: 'Shows figures.',
  input: z.object({}),
  async run(_, { show }) {
    show('card', {
      title: 'Letters this week',
      text: 'Fewer than last week.',
      fields: [
        { label: 'Sent', value: 41 },
        { label: 'Returned', value: null },
      ],
    })
    show('table', {
      title: 'Letters by clerk',
      columns: [{ label: 'Clerk' }, { label: 'Letters', align: 'end' }, { label: 'Room' }],
      rows: [
        ['Ada', 12, 'small'],
        ['Ben', 29, null],
        ['Cleo', 7, 'large'],
      ],
    })
    show('chart', {
      title: 'Letters by day',
      kind: 'bar',
      labels: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
      series: [
        { label: 'sent', values: [4, 9, 12, null, 16] },
        { label: 'received', values: [7, 3, 8, 10, 2] },
      ],
      unit: 'letters',
    })
    return 'Shown.'
  },
})

/** Asks, shows and needs to be allowed: everything that a conversation can hold. */
export default defineAgent({
  name: 'office',
  title: 'Office',
  description: 'Looks after letters and rooms.',
  suggestions: ['Book a room'],
  instructions: 'Be brief.',
  tools: [sendLetter, bookRoom, showFigures],
  steps: true,
})
