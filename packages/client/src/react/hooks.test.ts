import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConversationId } from '@streambed/protocol'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { createClient } from '../client.ts'
import {
  StreambedProvider,
  useAgents,
  useClient,
  useConnection,
  useConversation,
  useConversations,
  useModels,
} from './index.ts'

const one = 'one' as ConversationId
const seen: unknown[] = []

// What they do in a page, over time, is tested in Chromium with the web app.
test('the hooks show what the client knows when they are first drawn', () => {
  using client = createClient({ url: 'http://127.0.0.1:9' })
  client.conversation(one).send('Hello')
  renderToString(createElement(StreambedProvider, { client }, createElement(Page)))
  assert.deepEqual(seen, [
    ['loading', 'Hello', true],
    ['ready', 'guide'],
    ['loading', []],
    'connecting',
    'loading',
    'loading',
  ])
})

test('a hook without a provider says what is missing', () => {
  assert.throws(() => renderToString(createElement(Page)), /StreambedProvider/)
})

function Page() {
  const client = useClient()
  const { view, handle } = useConversation(one)
  const { status, items } = useConversations()
  const begun = useConversation(null, { agent: 'guide' }).view
  seen.push([view.status, view.pending[0]?.text, handle === client.conversation(one)])
  seen.push([begun.status, begun.conversation.agent], [status, items], useConnection().status)
  seen.push(useAgents().status, useModels().status)
  return null
}
