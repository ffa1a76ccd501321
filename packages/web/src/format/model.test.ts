import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelName } from './model.ts'

test('names a model as people do', () => {
  const names = {
    'us.anthropic.claude-haiku-4-5-20251001-v1:0': 'claude-haiku-4-5',
    'anthropic.claude-sonnet-4-6': 'claude-sonnet-4-6',
    'global.amazon.nova-2-lite-v1:0': 'nova-2-lite',
    'meta.llama4-scout-17b-instruct-v1:0': 'llama4-scout-17b-instruct',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5': 'claude-haiku-4-5',
    demo: 'demo',
    '': '',
  }
  assert.deepEqual(Object.keys(names).map(modelName), Object.values(names))
})
