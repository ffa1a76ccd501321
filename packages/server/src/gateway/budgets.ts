import { Budget, BudgetKey, type BudgetStanding, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { allows } from '../accounts/principal.ts'
import { capBelow, ofOneAccount } from '../budgets/applying.ts'
import { budgetsOf, standingsOf } from '../budgets/meter.ts'
import { limitOf } from '../budgets/words.ts'
import type { App, Door } from './door.ts'

const NewBudget = Budget.refine(({ microDollars, tokens }) => microDollars !== null || tokens !== null, {
  error: 'A budget limits microDollars or tokens, or both.',
}).refine(({ scope, of }) => scope !== 'organisation' || of === null, {
  error: "An organisation's budget names nobody.",
})
const Which = BudgetKey.extend({ of: z.string().min(1).max(200).optional() })
const tags = ['budgets']

/** What may be spent: everyone sees what they are under, admins set it. */
export function budgets(app: App, { engine }: Door): void {
  app.get(
    '/v1/budgets',
    {
      schema: {
        summary: 'The budgets that you are under, and how they stand; for admins also all that are set.',
        description:
          '`standings` tells of the budgets of `items`, `defaults` and `caps` that count one account: the organisation’s, and those of a user by name.',
        tags,
        querystring: z.object({ agent: z.string().max(200).optional().describe('Also those of this agent.') }),
      },
    },
    async ({ owner, principal, query }) => {
      const under = await budgetsOf(engine, { owner, agent: query.agent ?? null })
      const mine: readonly BudgetStanding[] = await standingsOf(engine, under)
      if (!allows(principal, 'people')) return { mine }
      const items = await engine.store.budgets.list(owner.org)
      const { budgets: defaults, caps } = engine
      const counted = ofOneAccount([...items, ...defaults, ...caps], owner.org, engine.now())
      return { mine, items, defaults, caps, standings: await standingsOf(engine, counted) }
    },
  )

  app.put(
    '/v1/budgets',
    {
      config: { action: 'people' },
      schema: {
        summary: 'Sets a budget of your organisation, in place of the one for the same scope, name and period.',
        description: 'One for the whole organisation may be no more than the server’s cap.',
        tags,
        body: NewBudget,
        response: { 200: Budget },
      },
    },
    async ({ owner, body }) => {
      const cap = capBelow(body, engine.caps)
      if (cap) throw new StreambedError('bad-request', beyond(cap))
      await engine.store.budgets.set(owner.org, body)
      return body
    },
  )

  app.delete(
    '/v1/budgets',
    {
      config: { action: 'people' },
      schema: { summary: 'Removes a budget; the default applies again.', tags, querystring: Which },
    },
    async ({ owner, query }, reply) => {
      const key = { ...query, of: query.of ?? null }
      if (!(await engine.store.budgets.remove(owner.org, key))) throw new StreambedError('not-found')
      return reply.code(204).send()
    },
  )
}

function beyond(cap: Budget): string {
  return `This server lets an organisation spend at most ${limitOf(cap)} in a ${cap.period}. Set that or less.`
}
