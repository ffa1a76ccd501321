import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Brain, type CutHow, replayBrain, scriptBrain, startEmulator } from '@streambed/emulator'
import { type ConversationId, isOver, newRequestId, type RunId, textOf } from '@streambed/protocol'
import { answersOf, checkLog, readLog } from './harness/oracle.ts'
import { startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const TEXT = 'Half of it, 🌊 and the rest.'
const HOW: readonly CutHow[] = ['fin', 'rst']
/** How many answers are under way at once: those that are tried again wait a while. */
const AT_ONCE = 48
/** Outside CI so many bytes are passed over after each cut. */
const STEP = process.env['CI'] === 'true' ? 1 : 5

test('an answer cut after any byte is whole or says that it is not', { timeout: 110_000 }, async (t) => {
  const recording = await record()
  const stop = endOf(recording, 'messageStop')
  using folder = temporaryFolder()
  const brain = countingBrain(replayBrain(recording))
  await using emulator = await startEmulator({ brain, pace: 'instant' })
  await using server = await startServer({ dataDir: folder.path, bedrockUrl: emulator.url })
  const cuts = HOW.flatMap((how, i) =>
    Array.from({ length: Math.ceil(recording.length / STEP) }, (_, n) => ({
      how,
      after: Math.min(n * STEP + i, recording.length - 1),
    })),
  )
  const ends = new Map<string, number>()
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  t.diagnostic(`${recording.length} bytes: ${[...ends].map(([end, count]) => `${count} ${end}`).join(', ')}`)
  assert.deepEqual([...ends.keys()].sort(), ['done', 'done after another try', 'failed'])

  async function worker(): Promise<void> {
    for (let cut = cuts.pop(); cut; cut = cuts.pop()) await check(cut)
  }

  async function check({ how, after }: { readonly how: CutHow; readonly after: number }): Promise<void> {
    const question = `after ${after} bytes by ${how}.`
    emulator.faults.add({ faults: { type: 'cut', afterBytes: after, how }, text: question })
    const conversation = await ask(server.url, question)
    const { events, fold } = await readLog(server.url, conversation)
    checkLog(events)
    const [answer] = answersOf(fold)
    const said = textOf(answer!)
    const calls = answer!.usage?.calls ?? 0
    assert.ok(isOver(answer!))
    if (answer!.status === 'done') {
      assert.equal(said, TEXT, question)
      const isSecond = brain.asked(question) > 1
      assert.ok(isSecond || after >= stop, `${question}: nobody knew that it was whole`)
      count(isSecond ? 'done after another try' : 'done')
    } else {
      assert.equal(answer!.status, 'failed', question)
      assert.ok(after < stop, `${question}: it was whole`)
      assert.ok(said !== '' && TEXT.startsWith(said), `${question}: ${said}`)
      assert.ok(answer!.error?.message, question)
      assert.equal(calls, 1, 'what it has probably cost is told')
      count('failed')
    }
  }

  function count(end: string): void {
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }
})

/** The bytes of an answer as they go over the wire. */
async function record(): Promise<Buffer> {
  const brain = scriptBrain([{ text: ['Half of it, ', '🌊 and ', 'the rest.'] }])
  await using emulator = await startEmulator({ brain, pace: 'instant' })
  const model = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
  const response = await fetch(`${emulator.url}/model/${encodeURIComponent(model)}/converse-stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Tell me.' }] }] }),
  })
  assert.equal(response.status, 200, await response.clone().text())
  return Buffer.from(await response.arrayBuffer())
}

/** Where the frame ends that carries an event of this type. */
function endOf(recording: Buffer, type: string): number {
  for (let at = 0; at < recording.length; ) {
    const end = at + recording.readUInt32BE(at)
    if (recording.subarray(at, end).includes(type)) return end
    at = end
  }
  throw new TypeError(`no ${type} in the recording`)
}

/** Has a question answered, and waits for its end. */
async function ask(url: string, text: string): Promise<ConversationId> {
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requestId: newRequestId(), text }),
  })
  assert.equal(response.status, 202, await response.clone().text())
  const { conversation, run, position } = (await response.json()) as Asked
  for (let seq = position.seq; ; ) {
    const page = await fetch(`${url}/v1/conversations/${conversation}/events?after=${seq}&wait=20`)
    const { events } = (await page.json()) as { readonly events: readonly { seq: number; type: string; run?: RunId }[] }
    if (events.some((event) => event.type === 'run-end' && event.run === run)) return conversation
    seq = events.at(-1)?.seq ?? seq
  }
}

interface Asked {
  readonly conversation: ConversationId
  readonly run: RunId
  readonly position: { readonly seq: number }
}

/** Knows how many times each question was put to it. */
function countingBrain(brain: Brain): Brain & { asked(question: string): number } {
  const requests: string[] = []
  return {
    name: brain.name,
    asked: (question) => requests.filter((request) => request.includes(question)).length,
    answer(question) {
      requests.push(JSON.stringify(question.request.messages))
      return brain.answer(question)
    },
  }
}
