import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueAway, isDue, readPrediction } from './prediction.ts'

const whole = {
  prediction_statement: 'It snows.',
  verification_date: '2027-03-31T21:59:59Z',
  date_reasoning: 'By the end of March.',
  verification_method: { source: ['yr.no'], criteria: ['snow'], steps: ['look'] },
}

test('a prediction is one when it is whole', () => {
  assert.equal(readPrediction(whole), whole)
  const { date_reasoning: _, ...partial } = whole
  for (const state of [null, 'text', [], {}, partial, { ...whole, verification_date: 'soon' }])
    assert.equal(readPrediction(state), null, JSON.stringify(state))
  assert.equal(readPrediction({ ...whole, verification_method: { source: [] } }), null)
})

test('tells how far off a date is, either way', () => {
  const now = Date.parse('2027-03-01T00:00:00Z')
  const dates = ['2027-03-01T05:00:00Z', '2027-03-02T01:00:00Z', '2027-06-01T00:00:00Z', '2030-03-01T00:00:00Z']
  assert.deepEqual(
    [...dates, '2027-02-20T00:00:00Z'].map((date) => dueAway(date, now)),
    ['in 5 hours', 'tomorrow', 'in 3 months', 'in 3 years', '9 days ago'],
  )
})

test('what is pending past its date is due', () => {
  const now = Date.parse('2027-03-01T00:00:00Z')
  assert.equal(isDue({ status: 'pending', due: '2027-02-28T00:00:00Z' }, now), true)
  assert.equal(isDue({ status: 'pending', due: '2027-03-02T00:00:00Z' }, now), false)
  assert.equal(isDue({ status: 'verified_true', due: '2027-02-28T00:00:00Z' }, now), false)
})
