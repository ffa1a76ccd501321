import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApprovalId, BudgetQuestion } from '@streambed/protocol'
import { questionsOf } from './permissions.ts'

const answer = { approved: true, by: 'ada', at: '2026-11-20T12:00:00.000Z' }
const question: BudgetQuestion = {
  id: 'a_1' as ApprovalId,
  scope: 'user',
  period: 'day',
  limit: { microDollars: 5_000, tokens: 2_000 },
  spent: { microDollars: 4_200, tokens: 1_900 },
  call: { microDollars: 24_000, tokens: 5_162 },
  more: { microDollars: 72_000, tokens: 15_486 },
  by: 'user',
  renewsAt: '2026-11-21T00:00:00.000Z',
  expiresAt: '2026-11-21T12:00:00.000Z',
  answer: null,
}

test('an answer that waits for money says what was spent and how much more it is about, until it is answered', () => {
  const waiting = { blocks: [], questions: [{ ...question, id: 'a_0' as ApprovalId, answer }, question] }
  assert.deepEqual(questionsOf(waiting), [
    {
      id: 'a_1',
      reason: 'Your budget for the day has no room: $0.0042 and 1,900 tokens of $0.0050 and 2,000 tokens are spent.',
      deed: '$0.0720 and 15,486 tokens more',
    },
  ])
})
