import * as z from 'zod'

const Lines = z.array(z.string().trim().min(1).max(1_000)).min(1).max(20)

/** What somebody says will be, so put that it can be checked: what, by when, and how to find out. */
export const Prediction = z.object({
  prediction_statement: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .describe('What will be, as one claim that is true or false, with its numbers, names and date.'),
  verification_date: z.iso
    .datetime({ offset: true })
    .overwrite(inUtc)
    .describe(
      'When it can be judged: an instant in UTC, such as 2027-03-31T21:59:59Z, as parse_date_with_timezone gives it.',
    ),
  date_reasoning: z
    .string()
    .trim()
    .min(1)
    .max(4_000)
    .describe("How the date follows from the user's words and time zone."),
  verification_method: z.object({
    source: Lines.describe('Where the outcome can be seen: public, named sources.'),
    criteria: Lines.describe('What must be the case there for the prediction to be true.'),
    steps: Lines.describe('What to do on the date, one step after the other.'),
  }),
  initial_status: z.literal('pending').default('pending'),
  confidence: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('How sure the user is, from 0 to 1: only if the user has said so, such as "I am 80% sure".'),
})
export type Prediction = z.output<typeof Prediction>

/** An instant with any offset as the same one in UTC, to the second. */
function inUtc(text: string): string {
  const time = Date.parse(text)
  return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`
}
