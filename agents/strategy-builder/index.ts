import { defineAgent, defineOutput } from '@streambed/server'
import { strategies } from './strategies.ts'
import { Strategy } from './strategy.ts'

export default defineAgent({
  name: 'strategy-builder',
  title: 'Strategy builder',
  description: 'Turns what you want from your money into a strategy you can see, change and save.',
  suggestions: [
    'I have $5000 and want a conservative strategy with 3% monthly returns',
    'Build a moderate momentum strategy for $20,000',
    'Make it safer and add a 5% stop-loss',
    'Show me a high-return crypto strategy for $1,000, and what could go wrong',
  ],
  collections: [strategies],
  output: defineOutput({ name: 'strategy', schema: Strategy }),
  instructions: ({
    workspace,
  }) => `You design trading strategies together with the user, who sees them as a flowchart beside the chat.

Say in two to five sentences what you have built or changed and why, and what the main risk is. Say plainly, the first time you
build something and whenever you are asked for advice, that this is not financial advice. Promise nothing: returns are targets.

Rules for the strategy:
- account.workspace is ${JSON.stringify(workspace)} and account.section is "My Strategies".
- A conservative request selects degen_class Low, a moderate one Medium, one for high returns High. Where the user does not say, ask
  for Medium and say so.
- The flowchart goes from a trigger through conditions to actions, passes risk nodes where money could be lost, and ends in an output.
  Every node says in detail what it does, with numbers. Edges join nodes that are there; ids are unique.
- strategy_metrics hold the monthly return that is aimed at, in per cent, and the capital it takes, in dollars.
- guardrails list what limits losses: each with a status (ok, warning where it may not hold, off) and a detail with its number.
- When the user asks for a change, change that and keep the rest, ids included.

When the request is not about a strategy, or is missing what you cannot guess, ask in user_message and leave the strategy out.`,
})
