import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AssistantMessage,
  answerOf,
  isOver,
  type LoggedEvent,
  type Owner,
  type RequestId,
} from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../agent/agent.ts'
import { defineTool } from '../agent/tool.ts'
import { memoryBus } from '../bus/memory.ts'
import { callsTools, type ScriptedAnswer, says, scriptedModel } from '../model/scripted.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { approve } from './approve.ts'
import { createEngine, type Engine } from './engine.ts'
import { follow } from './follow.ts'
import { openConversation } from './open.ts'
import { recover } from './recover.ts'
import { send } from './start.ts'

const ada: Owner = { org: 'lab', user: 'ada' }
const LEASE_MS = 10_000
const MAY_HAVE = /may or may not/

test('a server that dies at any point of an approval loses nothing, and nothing is done twice', async () => {
  const endings = new Map<string, number>()
  for (const kept of [true, false]) {
    for (let death = 1, alive = false; !alive; death++) {
      const { log, answer, posted, diedAt } = await lifeAndDeath(death, kept)
      alive = diedAt === null
      const at = `dying at ${diedAt}, write ${death}, which is ${kept ? 'kept' : 'lost'}`
      assertWellFormed(log, at)
      const calls = answer.blocks.filter((block) => block.type === 'tool')
      for (const to of ['Bo', 'Cy']) {
        const times = posted.filter((name) => name === to).length
        assert.ok(times <= 1, `${to} was written to ${times} times, ${at}`)
        const call = calls.find(({ input }) => (input as { to?: string } | null)?.to === to)
        const isTold = call?.status === 'done' || MAY_HAVE.test(call?.error ?? '')
        if (times === 1) assert.ok(isTold, `the model was told of what was done, ${at}`)
        if (answer.status === 'done') assert.ok(times === 1 || isTold, `what was allowed was done, ${at}`)
      }
      endings.set(answer.status, (endings.get(answer.status) ?? 0) + 1)
      if (alive) assert.deepEqual([answer.status, posted.toSorted()], ['done', ['Bo', 'Cy']])
    }
  }
  assert.deepEqual([...endings.keys()].sort(), ['done', 'interrupted'], 'only a model call that was cut ends it')
  assert.ok(endings.get('done')! > endings.get('interrupted')!, JSON.stringify([...endings]))
})

/** One conversation with two approvals, in which the first server dies at its n-th write, and a second one goes on. */
async function lifeAndDeath(death: number, kept: boolean) {
  let time = Date.parse('2027-03-01T06:00:00Z')
  await using store = memoryStore({ now: () => time })
  const posted: string[] = []
  const calls = callsTools(...['Bo', 'Cy'].map((to) => ({ name: 'post', input: { to } })))
  const answers: ScriptedAnswer = ({ messages }) => (messages.length === 1 ? calls : says('Done.'))

  const first = mortal(store, death, kept)
  const died = await Promise.race([
    first.died,
    live(engineOn(first.store, answers, posted, () => time, first.isAlive)).then(() => null),
  ])
  time += LEASE_MS + 1
  const { log, answer } = await live(engineOn(store, answers, posted, () => time))
  return { log, answer, posted, diedAt: died }
}

/** Says something, allows whatever is asked, and comes back when the answer is over. */
async function live(
  engine: Engine,
): Promise<{ readonly log: readonly LoggedEvent[]; readonly answer: AssistantMessage }> {
  await recover(engine)
  const accepted = await send(engine, ada, { requestId: 'q1' as RequestId, text: 'Write to Bo and Cy' })
  const { conversation, run } = accepted
  const log: LoggedEvent[] = []
  for await (const page of follow(engine, ada, conversation, 0, AbortSignal.timeout(5_000))) {
    log.push(...page.map(({ event }) => event))
    const answer = answerOf(await openConversation(engine.store, ada, conversation), run)!
    if (isOver(answer) && log.at(-1)?.type === 'run-end') return { log, answer }
    for (const block of answer.blocks) {
      const approval = block.type === 'tool' && !block.approval?.answer && block.approval?.id
      if (approval && answer.status === 'parked') await approve(engine, ada, run, approval, { approved: true })
    }
  }
  throw new Error('unreachable')
}

function engineOn(
  store: Store,
  answers: ScriptedAnswer,
  posted: string[],
  now: () => number,
  isAlive = () => true,
): Engine {
  const post = defineTool({
    name: 'post',
    description: 'Posts a letter.',
    input: z.object({ to: z.string() }),
    approval: 'always',
    timeoutMs: 1_000, // or the dead ones would hold this process up
    async run({ to }) {
      if (!isAlive()) return new Promise(() => {})
      posted.push(to)
      return 'Posted.'
    },
  })
  return createEngine({
    store,
    bus: memoryBus(),
    model: scriptedModel([answers, answers, answers]),
    agents: new Map([['clerk', defineAgent({ name: 'clerk', instructions: 'You write letters.', tools: [post] })]]),
    defaultAgent: 'clerk',
    defaultModel: () => 'some-model',
    settings: { maxTokens: 1000, promptLimit: 1000, leaseMs: LEASE_MS },
    log: { info() {}, warn() {}, error() {} },
    now: () => new Date(now()),
  })
}

/** A store whose process dies at its n-th write, in the middle of it: nothing it is asked from then on is ever answered. */
function mortal(store: Store, death: number, kept: boolean) {
  const { promise: died, resolve: die } = Promise.withResolvers<string>()
  const never = new Promise<never>(() => {})
  let writes = 0
  const dying = new Proxy(store, {
    get(target, name: keyof Store) {
      const value = target[name] as unknown
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        if (writes >= death) return never
        const isWrite = name === 'append' || name === 'claim'
        const isLast = isWrite && ++writes === death
        const result = isLast && !kept ? undefined : await value.apply(target, args)
        if (!isLast) return writes >= death ? never : result
        die(`${name} ${name === 'append' ? (args[1] as LoggedEvent[]).map(({ type }) => type).join(' ') : ''}`)
        return never
      }
    },
  })
  return { store: dying, died, isAlive: () => writes < death }
}

function assertWellFormed(log: readonly LoggedEvent[], at: string): void {
  const count = (type: string) => log.filter((event) => event.type === type).length
  assert.equal(count('run-end'), 1, at)
  assert.ok(count('run-start') <= 1, at)
  for (const { call } of log.filter((event) => event.type === 'tool-start')) {
    const own = log.filter((event) => 'call' in event && event.call === call).map(({ type }) => type)
    assert.equal(own.filter((type) => type === 'tool-result').length, 1, `${call} has one result, ${at}`)
    assert.equal(own.at(-1), 'tool-result', at)
    assert.ok(own.filter((type) => type === 'tool-call').length <= 1, `${call} runs once, ${at}`)
    assert.ok(own.filter((type) => type === 'approval-request').length <= 1, `${call} is asked for once, ${at}`)
  }
}
