import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId, EventOf, MessageId, NewEvent, RunId } from '@streambed/protocol'
import type { ModelMessage } from '../model/model.ts'
import { type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { estimateTokens } from '../model/tokens.ts'
import { defineAgent } from './agent.ts'
import { answer } from './loop.ts'

const user = (text: string): ModelMessage => ({ role: 'user', content: [{ type: 'text', text }] })
const assistant = (text: string): ModelMessage => ({ role: 'assistant', content: [{ type: 'text', text }] })
const overflow = {
  messages: [user('I am Ada'), assistant('Hello Ada')],
  upTo: 'm_1' as MessageId,
  rest: [user('And now?')],
}

async function run(answers: readonly ScriptedAnswer[]) {
  const model = scriptedModel(answers)
  const events: NewEvent[] = []
  const ids = { run: 'r_1' as RunId, conversation: 'c_1' as ConversationId, owner: { org: 'a', user: 'b' } }
  for await (const batch of answer({
    agent: defineAgent({ name: 'helper', instructions: 'Help.' }),
    model,
    modelId: 'm',
    history: [user('I am Ada'), assistant('Hello Ada'), user('And now?')],
    overflow,
    price: null,
    settings: { maxTokens: 100 },
    ids,
    signal: new AbortController().signal,
    now: () => new Date(0),
  })) {
    events.push(...batch)
  }
  return { model, events }
}

test('old turns are summed up first, and the model is shown the summary in their place', async () => {
  const { model, events } = await run([says('The user is Ada.'), says('Now we go on.')])
  assert.deepEqual(model.requests[0]!.messages, [...overflow.messages, user('Sum up our conversation so far.')])
  assert.deepEqual(model.requests[1]!.messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: '[What was said before, in short: The user is Ada.]' },
        { type: 'text', text: 'And now?' },
      ],
    },
  ])
  assert.deepEqual(
    events.filter((event): event is EventOf<'summary'> => event.type === 'summary'),
    [{ type: 'summary', run: 'r_1', upTo: 'm_1', text: 'The user is Ada.' }],
  )
  assert.equal(events.filter(({ type }) => type === 'usage').length, 2)
})

test('a summary that breaks off is paid for by estimate', async () => {
  const { events } = await run([[...says('The user is').slice(0, 1), new Error('cut')], says('Fine.')])
  const [summary] = events.filter((event): event is EventOf<'usage'> => event.type === 'usage')
  assert.deepEqual(
    [summary?.estimated, summary!.inputTokens > 50, summary!.outputTokens],
    [true, true, estimateTokens('The user is')],
  )
})

test('a summary that fails does not keep the answer from being given', async () => {
  const { model, events } = await run([[new Error('busy')], says('Fine.')])
  assert.equal(model.requests[1]!.messages.length, 3)
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'progress' ? [event.status] : [])),
    ['active', 'failed'],
  )
  assert.deepEqual(events.at(-1), { type: 'run-end', run: 'r_1', reason: 'done' })
})
