import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  ApprovalId,
  CallId,
  ConversationId,
  MessageId,
  NewEvent,
  Owner,
  RequestId,
  RunId,
} from '@streambed/protocol'
import fc from 'fast-check'
import { memoryStore } from '../memory.ts'
import { sqliteStore } from '../sqlite.ts'
import type { Store } from '../store.ts'

test('does what the memory store does, whatever is asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      let time = Date.parse('2026-11-20T12:00:00Z')
      const now = () => time
      await using model = memoryStore({ now })
      await using store = sqliteStore({
        path: ':memory:',
        now,
        merge: { afterMs: 1, entries: 5, size: 500, sliceMs: 0 },
      })
      for (const { act, passes } of [...beginning, ...steps]) {
        time += passes
        assert.deepEqual(await outcome(act, store), await outcome(act, model))
      }
      for (const conversation of chats)
        assert.deepEqual(await outcome(readAll(conversation), store), await outcome(readAll(conversation), model))
    }),
    { numRuns: 40 },
  )
})

type Act = (store: Store) => Promise<unknown>

const owners: readonly Owner[] = ['ada', 'bob'].map((user) => ({ org: 'lab', user }))
const chats = ['c_a', 'c_b', 'c_c'] as ConversationId[]
const runs = ['r_a', 'r_b', 'r_c', 'r_d'] as RunId[]
const words = ['river', 'rivers', 'stone', 'café', 'CAFE', 'x'.repeat(300)]

const owner = fc.constantFrom(...owners)
const chat = fc.constantFrom(...chats)
const run = fc.constantFrom(...runs)
const word = fc.constantFrom(...words)
const approval = fc.constantFrom('p_a', 'p_b') as fc.Arbitrary<ApprovalId>
const fence = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })

const event: fc.Arbitrary<NewEvent> = fc.oneof(
  fc.record({
    type: fc.constant('conversation-start' as const),
    agent: fc.constant('guide'),
    title: fc.option(word),
    owner,
  }),
  fc.record({
    type: fc.constant('conversation-change' as const),
    title: word,
    pinned: fc.boolean(),
    archived: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('message' as const),
    message: fc.constantFrom('m_a', 'm_b') as fc.Arbitrary<MessageId>,
    run,
    parent: fc.constant(null),
    parts: fc.tuple(fc.record({ type: fc.constant('text' as const), text: word })),
    requestId: fc.constantFrom('q_a', 'q_b', 'q_c', 'q_d') as fc.Arbitrary<RequestId>,
    agent: fc.constant('guide'),
  }),
  fc.record({
    type: fc.constant('run-retry' as const),
    run,
    of: run,
    message: fc.constant('m_a' as MessageId),
    agent: fc.constant('guide'),
  }),
  fc.record({ type: fc.constant('stop-request' as const), run }),
  fc.record({ type: fc.constant('text-delta' as const), run, block: fc.constant(1), text: word }),
  fc.record({ type: fc.constant('reasoning-end' as const), run, block: fc.constant(1), sealed: word }),
  fc.record({
    type: fc.constant('approval-request' as const),
    run,
    approval,
    call: fc.constant('call-1' as CallId),
    name: fc.constant('send'),
    input: word,
    expiresAt: fc.constantFrom('2026-11-20T12:00:01.000Z', '2026-11-21T12:00:00.000Z'),
  }),
  fc.record({
    type: fc.constant('approval-answer' as const),
    run,
    approval,
    approved: fc.boolean(),
    by: fc.constant('ada'),
  }),
  fc.record({ type: fc.constant('run-park' as const), run }),
  fc.record({ type: fc.constant('run-end' as const), run, reason: fc.constant('done' as const) }),
)

const append = fc.tuple(chat, fc.array(event, { maxLength: 3 }), fence, fc.option(word, { nil: undefined })).map(
  ([chat, events, fence, search]): Act =>
    (store) => {
      const options = { ...(fence === undefined ? {} : { fence }), ...(search === undefined ? {} : { search }) }
      return store.append(chat, events, options).then((entries) => entries.map(({ json }) => json))
    },
)

const ask = fc.oneof(
  fc.tuple(chat, run).map(
    ([chat, run]): Act =>
      (store) =>
        store.claim(chat, run, 'here', 1000),
  ),
  fc.constant<Act>((store) => store.renew('here', 1000).then((runs) => [...runs].sort())),
  fc.constant<Act>((store) => store.orphans()),
  chat.map(
    (chat): Act =>
      (store) =>
        store.openRuns(chat),
  ),
  chat.map(
    (chat): Act =>
      (store) =>
        store.sealed(chat, runs),
  ),
  chat.map((chat): Act => readAll(chat)),
  fc.tuple(owner, chat).map(
    ([owner, chat]): Act =>
      (store) =>
        store.find(owner, chat),
  ),
  fc.tuple(owner, run).map(
    ([owner, run]): Act =>
      (store) =>
        store.findRun(owner, run),
  ),
  owner.map(
    (owner): Act =>
      (store) =>
        store.findRequest(owner, 'q_a' as RequestId),
  ),
  fc.tuple(owner, fc.boolean()).map(
    ([owner, archived]): Act =>
      (store) =>
        store.list(owner, { limit: 2, archived }),
  ),
  // Which of two matches is the better one is each store's own business.
  fc.tuple(owner, word).map(
    ([owner, query]): Act =>
      async (store) => {
        const { items } = await store.list(owner, { limit: 100, query })
        return items.map(({ id }) => id).sort()
      },
  ),
)

const erase = fc.tuple(owner, chat).map(
  ([owner, chat]): Act =>
    (store) =>
      store.erase(owner, chat),
)

const step = fc.record({
  act: fc.oneof({ weight: 8, arbitrary: append }, { weight: 8, arbitrary: ask }, { weight: 1, arbitrary: erase }),
  passes: fc.constantFrom(0, 0, 1, 600),
})

/** Two of the conversations are there already, with a run each. */
const beginning = [0, 1].map((i) => ({
  passes: 1,
  act: (store: Store) => {
    const start: NewEvent = { type: 'conversation-start', agent: 'guide', title: null, owner: owners[i]! }
    const message: NewEvent = {
      type: 'message',
      message: 'm_a' as MessageId,
      run: runs[i]!,
      parent: null,
      parts: [{ type: 'text', text: 'river stone' }],
      requestId: 'q_a' as RequestId,
      agent: 'guide',
    }
    return store.append(chats[i]!, [start, message]).then((entries) => entries.map(({ json }) => json))
  },
}))

function readAll(conversation: ConversationId): Act {
  return async (store) => {
    const all: string[] = []
    for (let page = await store.read(conversation, 0); page.length > 0; ) {
      all.push(...page.map(({ json }) => json))
      page = await store.read(conversation, all.length)
    }
    return all
  }
}

/** What it gave, or how it failed. */
async function outcome(act: Act, store: Store): Promise<unknown> {
  try {
    return await act(store)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : `${error}`
  }
}
