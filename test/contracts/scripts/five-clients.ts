import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { House } from '../harness/house.ts'
import { openSocket } from '../harness/raw-socket.ts'
import { request } from '../harness/request.ts'
import { askBuilder } from './ask-builder.ts'
import { askDashboard } from './ask-dashboard.ts'
import { openChatWindow } from './chat-window.ts'
import { makeCall } from './make-call.ts'
import { streamTokens } from './stream-tokens.ts'

export type Scene = 'strategy' | 'prediction' | 'alarm' | 'chat'

/** A server whose model is not ours. */
export interface Stage {
  house(): House
  /** What the model says from now on. */
  play(scene: Scene): void
}

/** What every model says in a scene, in its own habits. */
export const SAID = {
  strategy:
    "Here is a careful plan for your $8,200 — bonds & dividends, a stop-loss of 4 % (so x < 4 %). This isn't financial advice. 🌊",
  prediction: "I'll check the price of tin on the London Metal Exchange at the end of September 2027.",
  question: 'What time should it ring?',
  alarm: 'Your alarm **Kiln** is set for 16:20.',
  chat: 'Tides: the sea’s slow breathing — 🌊🌊 twice a day, “give or take”.\n\n- moon\n- sun',
} as const

/** The five kinds of clients, with a model that has other habits than the demo's. */
export function fiveClients(name: string, { house, play }: Stage): void {
  describe(name, () => {
    test('the builder gets words and a strategy', async () => {
      play('strategy')
      using socket = await openSocket(house().socketUrl('/ws/chat'))
      assert.equal((await socket.next())['type'], 'connected')
      const built = await askBuilder(socket, { message: 'I have $8200 and want a conservative strategy' })
      assert.equal(built.words, SAID.strategy)
      assert.deepEqual(built.errors, [])
      assert.equal(built.strategy?.degen_class.selected, 'Low')
      assert.equal(built.strategy.flowchart.nodes.length, 5)
      assert.equal(built.strategy.flowchart.nodes[1]!.detail, 'Skip the month otherwise: "<wait>" is an answer, too.')
      assert.equal(built.strategy.strategy_metrics.estimated_capital_required_usd, 8200)
    })

    test('a call becomes a prediction', async () => {
      play('prediction')
      using socket = await openSocket(house().socketUrl('/ws/calls'))
      const { prediction, tools, words } = await makeCall(
        socket,
        'Tin above $40,000 a tonne by September 2027',
        'Europe/Oslo',
      )
      assert.equal(prediction.verification_date, '2027-09-30T21:59:59Z')
      assert.deepEqual(
        tools.map((tool) => tool['name']),
        ['current_time', 'parse_date_with_timezone'],
      )
      assert.ok(words.endsWith(SAID.prediction), words)
      assert.doesNotMatch(words, /user_message|backend/)
      const saved = await request('POST', `${house().url}/v1/predictions`, { prediction })
      assert.equal(saved.status, 201)
    })

    test('an alarm asks for its time, and is set by the form', async () => {
      play('alarm')
      using chat = await openChatWindow(house().socketUrl('/api/v1/chat/ws/chat'))
      const asked = await chat.say('An alarm for the kiln, please')
      assert.ok(asked.thinking.includes('Intent recognized: create_alarm'))
      assert.match(asked.response!['content'], new RegExp(SAID.question.replace('?', '\\?')))
      assert.equal(asked.response!['is_complete'], false)
      assert.deepEqual(asked.component!['props'].missing, ['time'])
      assert.deepEqual(asked.component!['props'].values, { label: 'Kiln' })
      const done = await chat.act(asked.component!['id'], 'submit', { time: '16:20' })
      assert.equal(done.response!['content'].trim(), SAID.alarm)
      assert.equal(done.response!['is_complete'], true)
      const { items } = (await request('GET', `${house().url}/v1/alarms`)).body
      assert.ok(
        items.some((alarm: { label: string; time: string }) => alarm.label === 'Kiln' && alarm.time === '16:20'),
      )
    })

    test('the dashboard streams, and keeps what it streamed', async () => {
      play('chat')
      using socket = await openSocket(house().socketUrl('/ws/dashboard'))
      const streamed = await askDashboard(socket, '1', { message: 'Tides?', streaming: true })
      assert.equal(streamed.content, SAID.chat)
      play('chat')
      const whole = await askDashboard(socket, '2', { message: 'Tides?', streaming: false })
      assert.equal(whole.content, SAID.chat)
    })

    test('tokens stream', async () => {
      play('chat')
      assert.equal((await streamTokens(house().url, { prompt: 'Tides?' })).text, SAID.chat)
    })
  })
}
