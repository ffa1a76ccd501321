import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leastPolicy } from './policy.ts'

function resources(models: readonly string[], region: string): string[] {
  return JSON.parse(leastPolicy(models, region)).Statement[0].Resource
}

test('a profile needs its own ARN and the model wherever it may lead', () => {
  assert.deepEqual(resources(['eu.amazon.nova-lite-v1:0'], 'eu-west-1'), [
    'arn:aws:bedrock:eu-west-1:*:inference-profile/eu.amazon.nova-lite-v1:0',
    'arn:aws:bedrock:eu-*::foundation-model/amazon.nova-lite-v1:0',
  ])
  assert.deepEqual(resources(['global.anthropic.claude-haiku-5-5'], 'us-east-1'), [
    'arn:aws:bedrock:us-east-1:*:inference-profile/global.anthropic.claude-haiku-5-5',
    'arn:aws:bedrock:*::foundation-model/anthropic.claude-haiku-5-5',
    'arn:aws:bedrock:::foundation-model/anthropic.claude-haiku-5-5',
  ])
})

test('a bare model and an ARN need what they name, once', () => {
  const bare = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'
  assert.deepEqual(resources(['amazon.nova-lite-v1:0', bare], 'us-east-1'), [bare])
  const application = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/x'
  assert.deepEqual(resources([application], 'us-east-1'), [application])
})

test('the actions are those that exist', () => {
  const { Statement } = JSON.parse(leastPolicy(['amazon.nova-lite-v1:0'], 'us-gov-west-1'))
  assert.deepEqual(
    Statement.flatMap(({ Action }: { Action: string[] }) => Action),
    [
      'bedrock:InvokeModel',
      'bedrock:InvokeModelWithResponseStream',
      'bedrock:CountTokens',
      'bedrock:ListFoundationModels',
      'bedrock:ListInferenceProfiles',
    ],
  )
  assert.match(Statement[0].Resource[0], /^arn:aws-us-gov:/)
})

test('a guardrail is allowed by its name, or by its ARN', () => {
  const allowed = (guardrail: string) =>
    JSON.parse(leastPolicy(['amazon.nova-lite-v1:0'], 'us-east-1', guardrail)).Statement[2]
  assert.deepEqual(allowed('gr1'), {
    Sid: 'Guardrail',
    Effect: 'Allow',
    Action: ['bedrock:ApplyGuardrail'],
    Resource: 'arn:aws:bedrock:us-east-1:*:guardrail/gr1',
  })
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1'
  assert.equal(allowed(arn).Resource, arn)
})
