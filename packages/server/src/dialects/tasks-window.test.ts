import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggedEvent, RunId } from '@streambed/protocol'
import fc from 'fast-check'
import { anyEvents, logged } from '../../../protocol/src/log.fixture.ts'
import { historyRows, readTasksRequest, tasksFrame } from './tasks.ts'
import { runOfSession, sessionId } from './tasks-sessions.ts'
import { tasksWindow } from './tasks-window.ts'

const ids = { user_chat_id: 'w', socket_connection_id: 'ws_1' }

const itemsOf = (log: readonly LoggedEvent[]) => {
  const window = tasksWindow()
  return { items: log.flatMap((event) => window.take(event)), window }
}

test('whatever the log, a window shows the same every time, and every item has its own id', () => {
  fc.assert(
    fc.property(anyEvents(), (events) => {
      const log = logged(events)
      const { items, window } = itemsOf(log)
      assert.deepEqual(items, itemsOf(log).items)
      assert.equal(new Set(items.map(({ id, kind }) => `${id} ${kind}`)).size, items.length)
      for (const item of items) {
        const frame = JSON.parse(tasksFrame(item, ids))
        assert.deepEqual(
          Object.keys(frame)
            .filter((name) => /_id$|timestamp/.test(name))
            .sort(),
          ['session_id', 'socket_connection_id', 'timestamp', 'user_chat_id', 'user_intent_id'],
        )
      }
      const rows = historyRows(items, window, { owner: { org: 'o', user: 'u' }, user_chat_id: 'w' })
      assert.ok(rows.every((row) => Object.values(row).every((value) => value !== undefined)))
      assert.ok(window.sessions().every(({ id, status }) => id.startsWith('s_') && status !== undefined))
    }),
    { numRuns: 200 },
  )
})

test('a session’s name leads back to its run', () => {
  for (const run of ['r_abc', 'r_0zz9'] as RunId[])
    for (const count of [1, 2, 12]) assert.equal(runOfSession(sessionId(run, count)), run)
  assert.throws(() => runOfSession('anything'), { code: 'not-found' })
  assert.throws(() => runOfSession("s_'; drop"), { code: 'not-found' })
})

test('any JSON is read or refused with a word on what would be right', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (frame) => {
      try {
        readTasksRequest(frame)
      } catch (error) {
        assert.match((error as { code: string }).code, /^(bad-request|unknown-type|unknown-action)$/)
      }
    }),
  )
  assert.deepEqual(readTasksRequest({ message: 'Hi', extra: 1 }), { type: 'message', message: 'Hi' })
  assert.deepEqual(readTasksRequest({ type: 'message', message: 'Hi', session_id: null, user_chat_id: null }), {
    type: 'message',
    message: 'Hi',
    user_chat_id: null,
  })
})
