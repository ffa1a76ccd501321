import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry, AuditKind } from '@streambed/client/admin'
import { sentenceOf } from './sentence.ts'

const NAMES = {
  person: (user: string) => ({ u_ada: 'Ada', u_bob: 'Bob' })[user] ?? user,
  agent: (name: string) => (name === 'assistant' ? 'Assistant' : name),
  budget: ({ scope, of, period }: { scope: string; of: string | null; period: string }) => `${scope} ${of} ${period}`,
}

function said(kind: AuditKind, data: AuditEntry['data'], user: string | null = 'u_ada'): string {
  return sentenceOf({ number: 1, at: '2026-11-20T12:00:00.000Z', user, kind, data }, NAMES)
}

test('an entry reads as a sentence', () => {
  assert.deepEqual(
    [
      said('sign-in', { did: 'POST /v1/auth/sign-in', status: 200 }),
      said('sign-in', { did: 'POST /v1/auth/sign-in', status: 401 }, null),
      said('permission-change', { did: 'PATCH /v1/people/:user', user: 'u_bob', role: 'viewer' }),
      said('permission-change', { did: 'PATCH /v1/people/:user', user: 'u_bob', disabled: true }),
      said('permission-change', { did: 'DELETE /v1/people/:user', user: 'u_bob' }),
      said('permission-change', { did: 'POST /v1/invitations', role: 'admin' }),
      said('budget-change', {
        did: 'PUT /v1/budgets',
        scope: 'user',
        of: null,
        period: 'day',
        microDollars: 5_000_000,
      }),
      said('budget-change', { did: 'DELETE /v1/budgets', scope: 'organisation', period: 'month' }),
      said('export', { did: 'GET /v1/audit' }),
      said('export', { did: 'POST /v1/conversations/:id/share' }),
      said('deletion', { conversation: 'c_1' }),
      said('deletion', { did: 'DELETE /v1/notes/:id', id: 'd_1' }),
      said('model-call', {
        agent: 'assistant',
        model: 'us.anthropic.claude-haiku-4-5',
        inputTokens: 1_000,
        outputTokens: 204,
        microDollars: 2_400,
      }),
      said('tool-call', { tool: 'create_alarm', outcome: 'done' }),
      said('tool-call', { tool: 'files__write', outcome: 'failed' }),
      said('approval', { tool: 'create_alarm', outcome: 'asked' }),
      said('approval', { scope: 'user', period: 'day', outcome: 'asked' }),
      said('approval', { outcome: 'approved' }),
      said('approval', { outcome: 'denied' }),
      said('approval', { outcome: 'unanswered' }, null),
    ],
    [
      'Ada signed in',
      'Somebody tried to sign in and was refused',
      'Ada made Bob a viewer',
      'Ada disabled the account of Bob',
      'Ada removed Bob from the organisation',
      'Ada invited somebody as an admin',
      'Ada set a budget: user null day, $5.00',
      'Ada removed a budget: organisation null month',
      'Ada downloaded the audit',
      'Ada made a link by which others read a conversation',
      'Ada deleted a conversation',
      'Ada deleted something of notes',
      'Ada asked Assistant (claude-haiku-4-5, 1,204 tokens, $0.0024)',
      'For Ada an agent used a tool: Create alarm',
      'For Ada an agent used a tool, which failed: Files write',
      'Ada was asked to allow: Create alarm',
      'Ada was asked whether to spend more',
      'Ada allowed it',
      'Ada did not allow it',
      'A question was not answered in its time',
    ],
  )
})

test('what a filter did is told without a name: nobody did it', () => {
  const data = { filter: 'redact', on: 'tool-result', outcome: 'changed', found: { 'card number': 2, IBAN: 1 } }
  assert.equal(said('filter', data), 'The filter redact changed the result of a tool: card number × 2, IBAN')
  assert.equal(
    said('filter', { filter: 'polite', on: 'answer', outcome: 'refused' }),
    'The filter polite refused an answer',
  )
})

test('what there are no words for is told by its request', () => {
  assert.equal(said('export', { did: 'GET /v1/all/export' }), 'Ada did GET /v1/all/export')
  assert.equal(said('export', { did: 'constructor' }), 'Ada did constructor')
  assert.equal(said('account-change', {}, 'u_gone'), 'u_gone did Accounts')
  assert.match(said('model-call', {}), /^Ada asked Somebody/)
})
