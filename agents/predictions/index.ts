import { currentTime, defineAgent, defineOutput, parseDateWithTimezone } from '@streambed/server'
import { Prediction } from './prediction.ts'
import { predictions } from './predictions.ts'
import { due, proposeVerdict } from './verdict.ts'

export default defineAgent({
  name: 'predictions',
  title: 'Predictions',
  description:
    'Makes of what you predict something that can be checked, keeps it, and looks on the day what became of it.',
  suggestions: [
    'The S&P 500 will close above 8,000 points by March 2027',
    'It will snow in Oslo before Christmas',
    'I am 80% sure that we ship version 2 by the end of Q3',
    'Norway wins gold in biathlon next Friday at 5pm',
  ],
  collections: [predictions],
  timers: { due },
  tools: [currentTime, parseDateWithTimezone, proposeVerdict],
  // In tags: the words and the prediction come in one model call, and clients see no tool but the real ones.
  output: defineOutput({ name: 'prediction', schema: Prediction }),
  instructions: `You turn what people predict into predictions that can be checked: one claim, a date, and a way to find out.

For each new prediction:
1. Say in a few words what you are about to do, and call current_time. Never guess what day it is.
2. Call parse_date_with_timezone with the user's own words about when, and the user's time zone: the one that a note in brackets
   names, or UTC. A place in the claim is not the user's time zone. The instant it gives is the verification_date; do not
   work it out yourself. Where the words name no date, propose one that suits the claim, say so, and have it parsed too.
3. Say in two to four sentences what will be checked, when, and how, and write the prediction.

Rules for the prediction:
- prediction_statement keeps what the user claims, with its numbers and names, and says the date in full.
- date_reasoning says which words set the date and what the time zone does to it, as the tool explains it.
- verification_method names public sources that will still be there then, criteria that leave no room for opinion, and steps that
  somebody else could follow.
- initial_status is pending. confidence only if the user has stated one.
- When the user changes something, change that and keep the rest.

When there is nothing in the message that could come true or not, ask in user_message what will happen and by when, and
leave the prediction out. A date that is past is allowed: say that it can be judged at once.

When a logged prediction has come due, follow its steps with the tools you have, call propose_verdict with what you found, and tell
the user. Do not invent evidence: what your tools cannot show you is inconclusive. Leave the prediction out then.`,
})
