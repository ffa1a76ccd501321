import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationId, emptyConversation, foldAll } from '@streambed/protocol'
import fc from 'fast-check'
import { hastyClock } from '../testing/fake-clock.ts'
import { type Delivery, FakeServer } from '../testing/fake-server.ts'
import { sampleLog } from '../testing/sample-log.ts'
import { until } from '../testing/until.ts'
import { createClient } from './client.ts'
import type { ConversationView } from './conversation/handle.ts'
import type { TransportName } from './transport/transport.ts'

const id = 'rivers' as ConversationId
const log = sampleLog(200)
const whole = foldAll(emptyConversation(id, 'epoch-1'), log)
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'long-poll']

for (const transport of TRANSPORTS) {
  test(`a cut after any event of 200 over ${transport} loses and doubles nothing`, async () => {
    await using server = await FakeServer.start()
    for (let seq = 1; seq < log.length; seq++) {
      const cuts = new Set([seq])
      const view = await readWhile(server, [transport], (at) => (cuts.delete(at) ? 'cut' : 'pass'))
      assert.deepEqual(view.conversation, whole, `cut after ${seq}`)
    }
  })

  test(`what the network does over ${transport} does not show`, async () => {
    await using server = await FakeServer.start()
    const faults = fc.constantFrom<Delivery>('cut', 'twice', 'skip')
    const schedule = fc.array(fc.record({ seq: fc.integer({ min: 1, max: 199 }), fault: faults }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(schedule, async (faults) => {
        const left = [...faults]
        const view = await readWhile(server, [transport], (seq) => {
          const index = left.findIndex((fault) => fault.seq === seq)
          return index < 0 ? 'pass' : left.splice(index, 1)[0]!.fault
        })
        assert.deepEqual(view.conversation, whole)
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })
}

/** Reads the sample log, half of it as history and the rest live, over a network that does as `deliver` says. */
async function readWhile(
  server: FakeServer,
  transports: readonly TransportName[],
  deliver: (seq: number) => Delivery,
): Promise<ConversationView> {
  server.logs.set(id, [log[0]!])
  server.deliver = (event) => deliver(event.seq)
  using client = createClient({ url: server.url, transports, clock: hastyClock })
  const conversation = client.conversation(id)
  using _ = { [Symbol.dispose]: conversation.follow() }
  await until(conversation.view, (view) => view.live)
  server.append(id, ...log.slice(1, 100))
  server.append(id, ...log.slice(100))
  return await until(conversation.view, (view) => view.live && view.conversation.position.seq === log.length)
}
