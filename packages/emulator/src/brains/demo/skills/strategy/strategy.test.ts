import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turnOf } from '../../turn.ts'
import { strategy } from './strategy.ts'

const SYSTEM = `You design strategies. account.workspace is "Acme".
Answer in two sections:

<user_message>
Words.
</user_message>
<backend>
JSON.
</backend>
{"properties":{"flowchart":{}}}`

// biome-ignore lint/suspicious/noExplicitAny: the skill's own document
type Document = any

/** The answers to messages that follow each other. */
function talk(...texts: readonly string[]): { words: string; made: Document }[] {
  const messages: Document[] = []
  return texts.map((text) => {
    messages.push({ role: 'user', content: [{ text }] })
    const reply = strategy.answer(turnOf({ system: [{ text: SYSTEM }], messages }, {} as Document))
    const said = reply!.say as string
    messages.push({ role: 'assistant', content: [{ text: said }] })
    const data = /<backend>\n(.*)\n<\/backend>/s.exec(said)?.[1]
    return {
      words: /<user_message>\n(.*)\n<\/user_message>/s.exec(said)![1]!,
      made: data ? JSON.parse(data) : undefined,
    }
  })
}

for (const [text, risk, capital, monthly] of [
  ['I have $5000 and want a conservative strategy with 3% monthly returns', 'Low', 5000, 3],
  ['Something moderate for 20k dollars, please: a trading strategy', 'Medium', 20_000, 4],
  ['Aggressive crypto strategy with USD 1,500', 'High', 1_500, 12],
  ['Build me a high-return portfolio, $2 million, 24% a year', 'High', 2_000_000, 2],
  ['I want to invest', 'Medium', 5_000, 4],
  ['I have 12k EUR, low risk please', 'Low', 12_000, 1.5],
  ['A medium-risk strategy, my budget is 7500', 'Medium', 7_500, 4],
  ['Capital preservation with £3,000', 'Low', 3_000, 1.5],
] as const) {
  test(`understands: ${text}`, () => {
    const { made } = talk(text)[0]!
    assert.deepEqual(
      [made.degen_class.selected, made.strategy_metrics, made.account.workspace],
      [risk, { impact_monthly_return_delta_pct: monthly, estimated_capital_required_usd: capital }, 'Acme'],
    )
  })
}

test('changes what is asked and keeps the rest', () => {
  const [first, doubled, stopped, riskier, bare] = talk(
    'A conservative strategy for $5,000',
    'Set the capital to 10000',
    'add an 8% stop-loss',
    'more risk please',
    'remove the stop-loss',
  ) as Document[]
  assert.equal(doubled.made.strategy_metrics.estimated_capital_required_usd, 10_000)
  assert.deepEqual(doubled.made.guardrails, first.made.guardrails)
  assert.equal(stopped.made.guardrails.enabled[0].label, 'Stop-loss 8%')
  assert.equal(stopped.made.degen_class.selected, 'Low')
  assert.equal(riskier.made.degen_class.selected, 'Medium')
  const ids = bare.made.flowchart.nodes.map(({ id }: Document) => id)
  assert.ok(!ids.includes('n5'))
  assert.ok(
    bare.made.flowchart.edges.every(({ source, target }: Document) => ids.includes(source) && ids.includes(target)),
  )
})

test('asks back when it does not understand, and explains when asked', () => {
  const [lost, , explained, advice] = talk('asdf', 'A conservative strategy', 'How does it work?', 'Should I do that?')
  assert.equal(lost!.made, undefined)
  assert.match(lost!.words, /How much money/)
  assert.match(explained!.words, /Step by step/)
  assert.match(advice!.words, /not financial advice/)
})

test('designs anew where a stopped answer has left a part of a strategy', () => {
  const part = JSON.stringify({ account: { workspace: 'Acme' }, flowchart: { nodes: [{ id: 'n1' }] } })
  const text = `[The strategy as it is now: ${part}]\nBuild a moderate one for $20,000`
  const messages: Document[] = [{ role: 'user', content: [{ text }] }]
  const said = strategy.answer(turnOf({ system: [{ text: SYSTEM }], messages }, {} as Document))!.say as string
  assert.match(said, /"nodes":\[\{"id":"n1","type":"trigger"/)
})

test('where the answer is held to two fields it writes these, and reads the strategy so far from its last answer', () => {
  const schema = JSON.stringify({
    type: 'object',
    properties: { words: { type: 'string' }, plan: { anyOf: [{ properties: { flowchart: {} } }, { type: 'null' }] } },
  })
  const outputConfig = { textFormat: { structure: { jsonSchema: { schema } } } }
  const messages: Document[] = []
  const say = (text: string): Document => {
    messages.push({ role: 'user', content: [{ text }] })
    const { say } = strategy.answer(turnOf({ messages, outputConfig }, {} as Document))!
    messages.push({ role: 'assistant', content: [{ text: say }] })
    return JSON.parse(say as string)
  }
  assert.equal(say('Hello').plan, null)
  assert.equal(say('I have $5000 and want a conservative strategy').plan.degen_class.selected, 'Low')
  const { words, plan } = say('double the capital')
  assert.equal(plan.strategy_metrics.estimated_capital_required_usd, 10_000)
  assert.equal(typeof words, 'string')
})
