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

for (const [text, risk, capital, monthly] of [
  ['I got 10k and want something moderate, maybe 5% a month', 'Medium', 10_000, 5],
  ['€2,500, low risk please, 12% annual', 'Low', 2_500, 1],
  ['5.000 € konservativ, 2% im Monat', 'Low', 5_000, 2],
  ['Half a million dollars. YOLO. 40% monthly', 'High', 500_000, 40],
  ['I have 1.5m and am risk averse', 'Low', 1_500_000, 1.5],
  ['two thousand bucks, balanced, one percent a month', 'Medium', 2_000, 1],
  ['build a degen strategy with 3 grand', 'High', 3_000, 12],
  ['a high-return plan, 20% per month, capital of USD 75 000', 'High', 75_000, 20],
  ['not aggressive, please: I have $9k', 'Medium', 9_000, 4],
  ['$1,250.50 conservative 1.2%/month', 'Low', 1_250.5, 1.2],
  ['for my 401k, 60,000 USD, retire in 2040, steady', 'Low', 60_000, 1.5],
  ['$2000 and I want no risk', 'Low', 2_000, 1.5],
  ['I have $800 and want 30% a month', 'High', 800, 30],
  ['a quarter million, nothing risky', 'Medium', 250_000, 4],
] as const) {
  test(`makes sense of: ${text}`, () => {
    const { made } = talk(text)[0]!
    const { impact_monthly_return_delta_pct, estimated_capital_required_usd } = made.strategy_metrics
    const found = [made.degen_class.selected, estimated_capital_required_usd, impact_monthly_return_delta_pct]
    assert.deepEqual(found, [risk, capital, monthly])
  })
}

for (const text of [
  'I have $0 and want 3%',
  'I have -500 dollars',
  '$500 with 400% a month',
  '$500, stop-loss at 300%',
]) {
  test(`asks back for: ${text}`, () => {
    const { words, made } = talk(text)[0]!
    assert.equal(made, undefined)
    assert.match(words, /\?$/)
  })
}

for (const [text, capital, monthly, guards, list] of [
  ['half a million instead', 500_000, 2, '3 10 6', 'index funds and bonds'],
  ['increase the capital by 20%', 7_200, 2, '3 10 6', 'index funds and bonds'],
  ['add 500 dollars', 6_500, 2, '3 10 6', 'index funds and bonds'],
  ['take out $1,000', 5_000, 2, '3 10 6', 'index funds and bonds'],
  ['raise it to $9000', 9_000, 2, '3 10 6', 'index funds and bonds'],
  ['halve it', 3_000, 2, '3 10 6', 'index funds and bonds'],
  ['actually make the stop-loss 2.5%', 6_000, 2, '2.5 10 6', 'index funds and bonds'],
  ['stop loss at 7%; max drawdown 15%; position limit 20%', 6_000, 2, '7 20 15', 'index funds and bonds'],
  ['I want 2.5% monthly and a 4% stop-loss', 6_000, 2.5, '4 10 6', 'index funds and bonds'],
  ['drop the stop loss', 6_000, 2, '10 6', 'index funds and bonds'],
  ['remove the bonds', 6_000, 2, '3 10 6', 'index funds'],
  ['no bonds, use gold instead', 6_000, 2, '3 10 6', 'index funds and gold'],
  ['add crypto', 6_000, 2, '3 10 6', 'index funds, bonds and crypto'],
  ['ETFs only', 6_000, 2, '3 10 6', 'index funds'],
  ['add a take-profit at 12%', 6_000, 2, '12 3 10 6', 'index funds and bonds'],
  ['lower the return', 6_000, 1.5, '3 10 6', 'index funds and bonds'],
] as const) {
  test(`changes that alone: ${text}`, () => {
    const [first, then] = talk('A conservative strategy for $6,000 with 2% a month', text) as Document[]
    const { flowchart, guardrails, strategy_metrics, degen_class } = then.made
    const limits = guardrails.enabled.filter(({ id }: Document) => id !== 'return_target')
    const percents = limits.map(({ label }: Document) => /([\d.]+)%/.exec(label)![1])
    assert.equal(degen_class.selected, 'Low')
    assert.deepEqual(
      [strategy_metrics.estimated_capital_required_usd, strategy_metrics.impact_monthly_return_delta_pct],
      [capital, monthly],
    )
    assert.equal(percents.join(' '), guards)
    assert.equal(/look at (.+)\.$/.exec(flowchart.nodes[0].detail)![1], list)
    const kept = first.made.flowchart.nodes.filter(({ id }: Document) =>
      flowchart.nodes.some((node: Document) => node.id === id),
    )
    assert.ok(kept.length >= first.made.flowchart.nodes.length - 1, 'ids stay')
    const ids = new Set(flowchart.nodes.map(({ id }: Document) => id))
    assert.ok(flowchart.edges.every(({ source, target }: Document) => ids.has(source) && ids.has(target)))
    assert.equal(new Set(flowchart.edges.map(({ id }: Document) => id)).size, flowchart.edges.length)
  })
}

test('answers what is asked about it, compares, and leaves to others what is not its own', () => {
  const start = 'A conservative strategy for $6,000 with 2% a month'
  for (const [question, answer] of [
    ['what is the capital now?', /^It takes \$6,000\.$/],
    ['what is the stop-loss?', /^The stop-loss is 3%/],
    ['is 2% realistic?', /^It aims at 2% a month/],
    ['compare it with the aggressive one', /\| Stop-loss \| 3% \| 10% \|/],
    ['save it as "Slow and steady"', /done in the program/],
    ['undo that', /done in the program/],
    ['start over', /How much money/],
  ] as const) {
    const [, then] = talk(start, question)
    assert.equal(then!.made, undefined, question)
    assert.match(then!.words, answer)
  }
})

test('a history that was answered elsewhere is what it goes on from', () => {
  const said: Document[] = [
    ['user', 'I have $5000, conservative, 2% monthly'],
    ['assistant', 'Sure.'],
    ['user', 'double the capital'],
  ].map(([role, text]) => ({ role, content: [{ text }] }))
  const reply = strategy.answer(turnOf({ system: [{ text: SYSTEM }], messages: said }, {} as Document))!.say as string
  const made = JSON.parse(/<backend>\n(.*)\n<\/backend>/s.exec(reply)![1]!)
  assert.equal(made.degen_class.selected, 'Low')
  assert.deepEqual(made.strategy_metrics, {
    impact_monthly_return_delta_pct: 2,
    estimated_capital_required_usd: 10_000,
  })
})

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

test('an aim that was stated goes along into another class of risk; a usual one becomes what is usual there', () => {
  const aims = (...texts: readonly string[]) =>
    talk(...texts).map(({ made }) => [made.degen_class.selected, made.strategy_metrics.impact_monthly_return_delta_pct])
  assert.deepEqual(aims('I have $5000, conservative, 8% a month', 'make it aggressive', 'safer'), [
    ['Low', 8],
    ['High', 8],
    ['Medium', 8],
  ])
  assert.deepEqual(aims('Low risk with $5000', 'aim at 2% a month', 'high risk, please'), [
    ['Low', 1.5],
    ['Low', 2],
    ['High', 2],
  ])
  assert.deepEqual(aims('Low risk with $5000', 'high risk, please', 'safer'), [
    ['Low', 1.5],
    ['High', 12],
    ['Medium', 4],
  ])
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
