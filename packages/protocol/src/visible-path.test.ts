import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Event } from './events.ts'
import { type Conversation, emptyConversation, foldAll } from './fold.ts'
import type { ConversationId, MessageId, RequestId, RunId } from './ids.ts'
import { anyEvents, logged } from './log.fixture.ts'
import { answerOf, newestLeafThrough, visiblePath } from './visible-path.ts'

/*  a ── b ── c
 *   └── b2 ── c2 ── d2
 *   └── b3            (edited twice)
 */
const tree = conversation(
  message('a', null),
  message('b', 'a'),
  message('c', 'b'),
  message('b2', 'a'),
  message('c2', 'b2'),
  message('b3', 'a'),
  message('d2', 'c2'),
)

test('the path ends in the newest message, or in the one that is named', () => {
  assert.deepEqual(pathOf(tree), ['a', 'b2', 'c2', 'd2'])
  assert.deepEqual(pathOf(tree, 'c'), ['a', 'b', 'c'])
  assert.deepEqual(pathOf(tree, 'b3'), ['a', 'b3'])
  assert.deepEqual(pathOf(tree, 'nobody'), ['a', 'b2', 'c2', 'd2'])
  assert.deepEqual(pathOf(conversation()), [])
})

test('a message tells its versions, and picking one goes to the newest message behind it', () => {
  assert.deepEqual(
    visiblePath(tree, 'c' as MessageId).map(({ versions }) => versions),
    [['a'], ['b', 'b2', 'b3'], ['c']],
  )
  assert.equal(newestLeafThrough(tree, 'b' as MessageId), 'c')
  assert.equal(newestLeafThrough(tree, 'b2' as MessageId), 'd2')
  assert.equal(newestLeafThrough(tree, 'b3' as MessageId), 'b3')
  assert.equal(newestLeafThrough(tree, 'a' as MessageId), 'd2')
  assert.equal(newestLeafThrough(tree, 'nobody' as MessageId), 'nobody')
})

test('a turn has all its answers, the newest last', () => {
  const retried = conversation(message('a', null), retry('again', 'r-a', 'a'), message('b', 'a'))
  assert.deepEqual(
    visiblePath(retried).map(({ answers }) => answers.map(({ id }) => id)),
    [['r-a', 'again'], ['r-b']],
  )
  assert.equal(answerOf(retried, 'again' as RunId)?.replyTo, 'a')
  assert.equal(answerOf(retried, 'a' as unknown as RunId), undefined)
})

test('first messages are versions of each other', () => {
  const edited = conversation(message('a', null), message('a2', null))
  assert.deepEqual(visiblePath(edited)[0]!.versions, ['a', 'a2'])
})

test('a log that goes round in a circle still has a path', () => {
  const circle = conversation(message('a', 'b'), message('b', 'a'), message('c', 'c'))
  assert.deepEqual(pathOf(circle), ['c'])
  assert.deepEqual(pathOf(circle, 'b'), ['a', 'b'])
  assert.equal(newestLeafThrough(circle, 'a' as MessageId), 'b')
})

test('any log has a path, whose messages follow each other and which ends where it was told to', () => {
  fc.assert(
    fc.property(anyEvents(), (events) => {
      const folded = foldAll(emptyConversation('c_1' as ConversationId, 'e'), logged(events))
      for (const { role, id } of folded.messages) {
        if (role !== 'user') continue
        const path = visiblePath(folded, id)
        assert.equal(path.at(-1)!.message.id, id)
        for (const [i, turn] of path.entries()) {
          if (i > 0) assert.equal(turn.message.parent, path[i - 1]!.message.id)
          assert.ok(turn.versions.includes(turn.message.id))
          assert.ok(turn.answers.every(({ replyTo }) => replyTo === turn.message.id))
        }
        newestLeafThrough(folded, id)
      }
    }),
    { numRuns: 1_000 },
  )
})

function conversation(...events: Event[]): Conversation {
  return foldAll(emptyConversation('c_1' as ConversationId, 'e'), logged(events))
}

function message(name: string, parent: string | null): Event {
  return {
    type: 'message',
    message: name as MessageId,
    run: `r-${name}` as RunId,
    parent: parent as MessageId | null,
    parts: [{ type: 'text', text: name }],
    requestId: name as RequestId,
    agent: 'helper',
  }
}

function retry(run: string, of: string, message: string): Event {
  return {
    type: 'run-retry',
    run: run as RunId,
    of: of as RunId,
    message: message as MessageId,
    agent: 'helper',
  }
}

function pathOf(conversation: Conversation, leaf?: string): string[] {
  return visiblePath(conversation, leaf as MessageId | undefined).map(({ message }) => message.id)
}
