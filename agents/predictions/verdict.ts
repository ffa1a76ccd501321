import { defineTool, type TimerHandler } from '@streambed/server'
import * as z from 'zod'
import type { Prediction } from './prediction.ts'
import { Proposal, predictions } from './predictions.ts'

/** Says what became of a prediction, as far as the agent could find out. */
export const proposeVerdict = defineTool({
  name: 'propose_verdict',
  description:
    'Proposes what became of a logged prediction whose date has come, with the evidence for it. A person confirms or overrules it. ' +
    'Without evidence of the outcome itself the verdict is inconclusive.',
  input: z.object({
    prediction: z.string().max(64).describe('The id of the logged prediction, such as d_….'),
    verdict: Proposal.shape.verdict,
    evidence: Proposal.shape.evidence.describe('What was found, each with its source; or that nothing could be.'),
    reasoning: Proposal.shape.reasoning.describe('How the evidence meets the criteria, or fails to.'),
  }),
  async run({ prediction: id, ...verdict }, { records, now }) {
    const logged = await records(predictions).get(id)
    if (!logged) throw new Error(`There is no logged prediction ${id}.`)
    if (logged.status !== 'pending') return `It was judged already: ${logged.status}. Nothing was proposed.`
    if (Date.parse(logged.due) > now().getTime()) throw new Error(`It is not due before ${logged.due}.`)
    await records(predictions).patch(id, { proposal: { ...verdict, at: now().toISOString() } })
    return 'Proposed. The user sees it and decides.'
  },
})

/** When the date of a logged prediction has come: says so, once, and has the agent look what became of it. */
export const due: TimerHandler = async ({ data }, { records, now }) => {
  const { record: id } = data as { readonly record: string } // as the engine sets the timers of records
  const logged = await records(predictions).get(id)
  if (logged?.status !== 'pending' || logged.proposal) return undefined
  const at = new Date(logged.due)
  if (at > now()) return { next: { at } }
  return {
    notices: logged.asked.length === 0 ? [dueNotice(id, logged.prediction)] : [],
    ask: question(id, logged.prediction),
    async afterwards() {
      const at = now().toISOString()
      const isNoted = (asked: readonly string[]): boolean => asked.length > logged.asked.length
      await records(predictions).patch(id, ({ asked }) => (isNoted(asked) ? {} : { asked: [...asked, at] }))
    },
  }
}

function dueNotice(id: string, { prediction_statement: statement }: Prediction) {
  return {
    level: 'info' as const,
    text: `A prediction has come due: ${statement}`,
    kind: 'prediction-due',
    data: { prediction: id, statement },
  }
}

function question(id: string, { prediction_statement: statement, verification_method: method }: Prediction): string {
  return [
    `The prediction ${id} has come due: "${statement}"`,
    `Find out what became of it with the tools you have, then call propose_verdict.`,
    `Sources:\n${lines(method.source)}`,
    `It is true if:\n${lines(method.criteria)}`,
    `Steps:\n${lines(method.steps)}`,
  ].join('\n\n')
}

function lines(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
