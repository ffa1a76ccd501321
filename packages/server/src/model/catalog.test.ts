import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountModel, chooseDefault, featuresOf, knownModels, lifecycleWarning, mergeModels } from './catalog.ts'

function account(id: string, change: Partial<AccountModel> = {}): AccountModel {
  return {
    id,
    name: id,
    provider: 'p',
    streaming: true,
    images: true,
    onDemand: false,
    lifecycle: 'active',
    endOfLife: null,
    ...change,
  }
}

test('the table lists each model by the id that works in the region', () => {
  const ids = (region: string) => knownModels(region).map(({ id }) => id)
  assert.ok(ids('us-west-2').includes('us.anthropic.claude-haiku-4-5-20251001-v1:0'))
  assert.ok(ids('eu-north-1').includes('eu.anthropic.claude-haiku-4-5-20251001-v1:0'))
  assert.ok(ids('ap-northeast-1').includes('jp.anthropic.claude-haiku-4-5-20251001-v1:0'))
  assert.ok(ids('ap-south-1').includes('global.anthropic.claude-haiku-4-5-20251001-v1:0'))
  assert.ok(ids('ap-northeast-1').includes('apac.amazon.nova-lite-v1:0'))
  assert.ok(ids('me-central-1').includes('openai.gpt-oss-120b-1:0'))
  assert.ok(!ids('us-east-1').some((id) => id.includes('claude-3-')))
})

test('an account’s list is joined with the table, its own geography before global', () => {
  const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
  const merged = mergeModels(
    [
      account(haiku, { name: 'Claude Haiku 4.5' }),
      account('acme.rocket-1', { onDemand: true }),
      account('acme.profile-only'),
    ],
    [`global.${haiku}`, `us.${haiku}`],
    'us-east-1',
  )
  assert.deepEqual(
    merged.map(({ id, name, contextTokens, price }) => ({ id, name, contextTokens, input: price?.input })),
    [
      { id: `us.${haiku}`, name: 'Claude Haiku 4.5', contextTokens: 200_000, input: 1_100_000 },
      { id: 'acme.rocket-1', name: 'acme.rocket-1', contextTokens: null, input: undefined },
    ],
  )
  assert.equal(mergeModels([account(haiku)], [`us.${haiku}`, `global.${haiku}`], 'us-east-1')[0]!.id, `us.${haiku}`)
})

test('what the account says of a lifecycle comes before the table', () => {
  const legacy = account('anthropic.claude-haiku-4-5-20251001-v1:0', {
    onDemand: true,
    lifecycle: 'legacy',
    endOfLife: '2027-01-01',
  })
  const [model] = mergeModels([legacy], [], 'us-east-1')
  assert.deepEqual([model!.lifecycle, model!.endOfLife], ['legacy', '2027-01-01'])
})

test('the default is the first of the table’s that is there and current', () => {
  assert.equal(chooseDefault(knownModels('eu-west-1'))!.id, 'eu.anthropic.claude-haiku-5-5')
  const older = knownModels('us-east-1').filter(({ id }) => !id.includes('-5-5'))
  assert.equal(chooseDefault(older)!.id, 'us.anthropic.claude-haiku-4-5-20251001-v1:0')
  assert.equal(chooseDefault([]), undefined)
  const [only] = mergeModels([account('acme.rocket-1', { onDemand: true })], [], 'us-east-1')
  assert.equal(chooseDefault([only!]), only)
})

test('a model on its way out or gone is warned about, with its date', () => {
  assert.equal(lifecycleWarning('us.anthropic.claude-haiku-4-5-20251001-v1:0', '2026-11-20'), undefined)
  assert.equal(lifecycleWarning('acme.rocket-1', '2026-11-20'), undefined)
  assert.match(
    lifecycleWarning('anthropic.claude-3-5-haiku-20241022-v1:0', '2026-11-20')!,
    /Claude 3\.5 Haiku is retired since 2026-06-19.*BEDROCK_MODEL_ID/,
  )
  assert.match(lifecycleWarning('us.anthropic.claude-opus-4-1-20250805-v1:0', '2026-11-20')!, /legacy/)
})

test('a Claude that the table does not know is treated like the newest, anything else plainly', () => {
  assert.deepEqual(featuresOf('us.anthropic.claude-sonnet-9'), {
    isClaude: true,
    thinking: 'adaptive',
    thinkingDisplay: true,
    sampling: false,
    promptCache: 'all',
    jsonOutput: false,
    strictTools: false,
  })
  assert.deepEqual(featuresOf('acme.rocket-1'), {
    isClaude: false,
    thinking: null,
    thinkingDisplay: false,
    sampling: true,
    promptCache: null,
    jsonOutput: false,
    strictTools: false,
  })
})
