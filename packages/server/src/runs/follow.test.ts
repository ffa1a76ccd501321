import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConversationId,
  type FormId,
  type MessageId,
  newConversationId,
  type Owner,
  type RequestId,
  type RunId,
} from '@streambed/protocol'
import { memoryBus } from '../bus/memory.ts'
import { memoryStore } from '../store/memory.ts'
import type { NewEvent, Store } from '../store/store.ts'
import { append } from './engine.ts'
import { follow, followRun } from './follow.ts'

const owner: Owner = { org: 'acme', user: 'ada' }
/** Less than what a lost wake costs. */
const AT_ONCE_MS = 2_000
const title = (title: string): NewEvent => ({ type: 'conversation-change', title })

async function begun(): Promise<{ store: Store; bus: ReturnType<typeof memoryBus>; conversation: ConversationId }> {
  const log = { store: memoryStore(), bus: memoryBus(), conversation: newConversationId() }
  await append(log, owner, log.conversation, [{ type: 'conversation-start', agent: 'assistant', title: null, owner }])
  return log
}

/** The numbers that a reader sees, up to `last`. */
async function read(log: Parameters<typeof follow>[0], conversation: ConversationId, last: number): Promise<number[]> {
  const seen: number[] = []
  for await (const page of follow(log, owner, conversation, 0, AbortSignal.timeout(AT_ONCE_MS))) {
    seen.push(...page.map(({ seq }) => seq))
    if (seen.at(-1)! >= last) break
  }
  return seen
}

for (const moment of ['read', 'find'] as const) {
  test(`an event that comes while the end of the log is looked for is seen at once (${moment})`, async () => {
    const { store, bus, conversation } = await begun()
    let isDue = true
    /** Has something happen right after the last look at the log. */
    const meanwhile = async (): Promise<void> => {
      if (!isDue) return
      isDue = false
      await append({ store, bus }, owner, conversation, [title('Meanwhile')])
    }
    const watched: Store = {
      ...store,
      async read(id, after) {
        const page = await store.read(id, after)
        if (moment === 'read' && page.length === 0) await meanwhile()
        return page
      },
      async find(who, id) {
        const found = await store.find(who, id)
        if (moment === 'find') await meanwhile()
        return found
      },
    }
    assert.deepEqual(await read({ store: watched, bus }, conversation, 2), [1, 2])
  })
}

test('an event that comes while a page is being used is seen at once', async () => {
  const { store, bus, conversation } = await begun()
  const seen: number[] = []
  for await (const page of follow({ store, bus }, owner, conversation, 0, AbortSignal.timeout(AT_ONCE_MS))) {
    seen.push(...page.map(({ seq }) => seq))
    if (seen.at(-1) === 20) break
    await append({ store, bus }, owner, conversation, [title(`after ${seen.at(-1)}`)])
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, i) => i + 1),
  )
})

test('a lost wake is made up for by the next one', async () => {
  const { store, bus, conversation } = await begun()
  const pages = follow({ store, bus }, owner, conversation, 0, AbortSignal.timeout(AT_ONCE_MS))
  await pages.next()
  for (const seq of [2, 4, 6]) {
    const page = pages.next() // it waits from here on
    await new Promise((resolve) => setImmediate(resolve))
    await store.append(conversation, [title('nobody is told')])
    await append({ store, bus }, owner, conversation, [title('everybody is told')])
    assert.deepEqual(
      (await page).value!.map((entry: { seq: number }) => entry.seq),
      [seq, seq + 1],
    )
  }
  await pages.return()
})

test('many appends at once come dense and in order to every reader', async () => {
  const { store, bus, conversation } = await begun()
  const reading = Promise.all(Array.from({ length: 5 }, () => read({ store, bus }, conversation, 201)))
  for (let i = 0; i < 100; i++) {
    await Promise.all([0, 1].map((n) => append({ store, bus }, owner, conversation, [title(`${i} ${n}`)])))
  }
  const dense = Array.from({ length: 201 }, (_, i) => i + 1)
  assert.deepEqual(await reading, Array(5).fill(dense))
})

test('one long log does not keep others from being read', async () => {
  const { store, bus, conversation } = await begun()
  const long = title('x'.repeat(10_000))
  for (let i = 0; i < 100; i++) await append({ store, bus }, owner, conversation, [long])
  let turns = 0
  let isOver = false
  setImmediate(function others() {
    turns++
    if (!isOver) setImmediate(others)
  })
  const turnsAtPages: number[] = []
  for await (const page of follow({ store, bus }, owner, conversation, 0, AbortSignal.timeout(AT_ONCE_MS))) {
    turnsAtPages.push(turns)
    if (page.at(-1)!.seq === 101) break
  }
  isOver = true
  assert.ok(turnsAtPages.length > 10)
  assert.equal(new Set(turnsAtPages).size, turnsAtPages.length, 'between two pages others had their turn')
})

test('a reader whose connection is gone reads no further', async () => {
  const { store, bus, conversation } = await begun()
  await append({ store, bus }, owner, conversation, [title('one more')])
  const gone = new AbortController()
  const pages = follow({ store, bus }, owner, conversation, 0, gone.signal)
  await pages.next()
  gone.abort(new Error('gone'))
  await assert.rejects(pages.next(), { message: 'gone' })
})

test('a run is followed to its end, also where more of it comes behind that on the same page', async () => {
  const { store, bus, conversation } = await begun()
  const run = 'r_one' as RunId
  const message: NewEvent = {
    type: 'message',
    message: 'm_one' as MessageId,
    run,
    parent: null,
    parts: [{ type: 'text', text: 'Hi' }],
    requestId: 'q_one' as RequestId,
    agent: 'assistant',
  }
  const form: NewEvent = {
    type: 'form-request',
    run,
    form: 'f_one' as FormId,
    tool: 'order',
    schema: {},
    values: {},
    missing: [],
    errors: [],
  }
  await append({ store, bus }, owner, conversation, [message, { type: 'run-end', run, reason: 'stopped' }, form])
  const accepted = { conversation, run, position: { epoch: store.epoch, seq: 2 } }
  const seen: string[] = []
  for await (const events of followRun({ store, bus }, owner, accepted, AbortSignal.timeout(AT_ONCE_MS)))
    seen.push(...events.map(({ type }) => type))
  assert.deepEqual(seen, ['message', 'run-end'])
})
