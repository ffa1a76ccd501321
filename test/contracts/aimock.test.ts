import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { LLMock } from '@copilotkit/aimock'
import { type House, openHouse } from './harness/house.ts'
import { openSocket } from './harness/raw-socket.ts'
import { readRecording, type Said, saidIn } from './harness/recording.ts'
import { askBuilder } from './scripts/ask-builder.ts'
import { fiveClients } from './scripts/five-clients.ts'

// The contracts against a Bedrock stand-in that others have written. It starts text blocks, counts no tokens, and cuts by size.

const mock = new LLMock({ port: 0, logLevel: 'silent' })
let house: House
before(async () => {
  house = await openHouse({ bedrockUrl: await mock.start() })
})
after(async () => {
  await house[Symbol.asyncDispose]()
  await mock.stop()
})

/** Has the mock give these answers, one for each request. */
function script(answers: readonly Said[], chunkSize: number): void {
  let next = 0
  mock.clearFixtures()
  const answer = () => {
    const { text, tools } = answers[next++ % answers.length]!
    const toolCalls = tools.map(({ name, input }) => ({ name, arguments: input || '{}' }))
    return toolCalls.length === 0 ? { content: text } : { ...(text && { content: text }), toolCalls }
  }
  mock.on({ predicate: () => true }, answer, { chunkSize })
}

for (const chunkSize of [1, 7, 10_000]) {
  fiveClients(`aimock, in pieces of ${chunkSize}`, {
    house: () => house,
    play: (scene) => script(readRecording(`claude-${scene}`).map(saidIn), chunkSize),
  })
}

describe('what models get wrong', () => {
  const [whole] = readRecording('claude-strategy').map(saidIn) as [Said]
  const say = (text: string): Said => ({ text, tools: [] })
  const broken = say(whole.text.replace('"degen_class"', 'degen_class'))
  const invalid = say(whole.text.replace('"Low"', '"Moderate"'))
  const dangling = say(whole.text.replace('"target": "report"', '"target": "nowhere"'))
  const cut = say(whole.text.slice(0, -200))

  /** What the builder makes of these answers, and how often it has asked for them. */
  async function build(...answers: Said[]) {
    script(answers, 11)
    mock.clearRequests()
    using socket = await openSocket(house.socketUrl('/ws/chat'))
    await socket.next()
    const built = await askBuilder(socket, { message: 'A conservative strategy with $8200, please' })
    return { built, calls: mock.getRequests().length }
  }

  for (const [what, answer] of Object.entries({ broken, invalid, dangling, cut })) {
    test(`data that is ${what} gets one repair`, async () => {
      const { built, calls } = await build(answer, whole)
      assert.deepEqual(built.errors, [])
      assert.equal(built.strategy?.degen_class.selected, 'Low')
      assert.equal(calls, 2)
    })

    test(`data that stays ${what} is said to be so, and the words are kept`, async () => {
      const { built, calls } = await build(answer)
      assert.equal(built.strategy, null)
      assert.deepEqual(
        built.errors.map(({ code }) => code),
        ['output-invalid'],
      )
      assert.match(built.words, /^Here is a careful plan/)
      assert.equal(calls, 2)
    })
  }

  test('an answer without tags is words', async () => {
    const { built } = await build(say('I cannot help with that; tell me about your capital < and > your goals.'))
    assert.equal(built.words, 'I cannot help with that; tell me about your capital < and > your goals.')
    assert.equal(built.strategy, null)
  })

  test('words in which tags are quoted open no section', async () => {
    const quoting = whole.text.replace('Here is', 'You wrote "<backend>{}</backend>". Here is')
    const { built } = await build(say(quoting))
    assert.equal(built.strategy?.degen_class.selected, 'Low')
    assert.doesNotMatch(built.words, /backend|[{}]/)
  })
})
