/** A bug that somebody might write one day. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string
  readonly file: string
  /** Stands once in the file. */
  readonly find: string
  readonly replace: string
  /** The test files of which one should fail. */
  readonly tests: readonly string[]
}

const SERVER = 'packages/server/src'
const RUNS = `${SERVER}/runs/runs.test.ts`
const AUTH = `${SERVER}/gateway/auth`
const FOLLOW = `${SERVER}/runs/follow.test.ts`

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a follower listens after it has read',
    file: `${SERVER}/runs/follow.ts`,
    find: 'await this.#wakes.next(signal, POLL_MS)',
    replace: 'await bus.listen(conversation).next(signal, POLL_MS)',
    tests: [FOLLOW],
  },
  {
    name: 'a follower reads its last event again',
    file: `${SERVER}/runs/follow.ts`,
    find: 'store.read(conversation, this.#after)',
    replace: 'store.read(conversation, Math.max(0, this.#after - 1))',
    tests: [FOLLOW],
  },
  {
    name: 'a follower takes whatever a wake carries',
    file: `${SERVER}/runs/follow.ts`,
    find: 'carried[0]?.seq === this.#after + 1',
    replace: 'carried.length > 0',
    tests: [FOLLOW],
  },
  {
    name: 'a stalled reader is written to on and on',
    file: `${SERVER}/gateway/outbox.ts`,
    find: 'while (socket.bufferedAmount > LIMITS.room) {',
    replace: 'while (socket.bufferedAmount < 0) {',
    tests: [`${SERVER}/gateway/outbox.test.ts`],
  },
  {
    name: 'there is no fence',
    file: `${SERVER}/store/head.ts`,
    find: 'return fence !== undefined && (!head.claim || head.fence !== fence)',
    replace: 'return head.fence < 0 && fence !== undefined',
    tests: [`${SERVER}/store/memory.test.ts`, RUNS],
  },
  {
    name: 'events are shown before they are written',
    file: `${SERVER}/store/sqlite/appends.ts`,
    find: '      tables.log.write()\n',
    replace: '      setTimeout(() => tables.db.transaction(durability, () => tables.log.write()), 150)\n',
    tests: ['test/chaos/kill.test.ts'],
  },
  {
    name: 'a message that was sent twice is said twice',
    file: `${SERVER}/runs/start.ts`,
    find: 'requestId: request.requestId,',
    replace: 'requestId: (request.requestId + Math.random()) as typeof request.requestId,',
    tests: [RUNS],
  },
  {
    name: "a run's end is lost",
    file: `${SERVER}/runs/record.ts`,
    find: 'else waiting.push(event)',
    replace: "else if (event.type !== 'run-end') waiting.push(event)",
    tests: [RUNS],
  },
  {
    name: 'pieces are joined the wrong way round',
    file: `${SERVER}/runs/record.ts`,
    find: 'if (before.type !== after.type || before.block !== after.block) return undefined\n      return { ...before, text: before.text + after.text }',
    replace:
      'if (before.type !== after.type || before.block !== after.block) return undefined\n      return { ...before, text: after.text + before.text }',
    tests: [RUNS],
  },
  {
    name: 'an answer without messageStop counts as whole',
    file: `${SERVER}/agent/ending.ts`,
    find: 'return failed(failure === undefined ?',
    replace: "return hasWords ? { reason: 'done' } : failed(failure === undefined ?",
    tests: ['test/chaos/upstream-cuts.test.ts'],
  },
  {
    name: 'a stop is noted, and the model goes on',
    file: `${SERVER}/runs/stop.ts`,
    find: "active?.end('stopped')",
    replace: 'void active',
    tests: ['test/chaos/stop.test.ts'],
  },
  {
    name: 'what a dead server has left stays as it is',
    file: `${SERVER}/runs/recover.ts`,
    find: "if (run.status === 'active') await engine.inTurn",
    replace: "if (run.status === 'active' && engine.draining) await engine.inTurn",
    tests: [RUNS],
  },
  {
    name: 'an interrupted answer forgets to close what was open',
    file: `${SERVER}/runs/recover.ts`,
    find: "...closingOf(cut, 'Not run: the answer broke off.'),",
    replace: "...closingOf({ ...cut, blocks: [] }, ''),",
    tests: ['test/chaos/kill.test.ts'],
  },
  {
    name: 'a drain waits for nobody',
    file: `${SERVER}/runs/drain.ts`,
    find: 'await within(ms, allOver(engine))',
    replace: 'await within(0, allOver(engine))',
    tests: ['test/chaos/drain.test.ts'],
  },
  {
    name: "a colleague's things are one's own",
    file: `${SERVER}/accounts/principal.ts`,
    find: "if (isOthers && action !== 'people')",
    replace: "if (isOthers && action === 'server')",
    tests: [`${SERVER}/accounts/principal.test.ts`],
  },
  {
    name: 'a viewer may write',
    file: `${SERVER}/accounts/principal.ts`,
    find: 'if (!roles.includes(principal.role))',
    replace: 'if (roles.length === 0)',
    tests: [`${AUTH}/matrix.test.ts`],
  },
  {
    name: 'a page of anywhere may open a socket with a cookie',
    file: `${SERVER}/gateway/origin.ts`,
    find: "  throw new StreambedError('origin-refused')\n}\n\nfunction isOwn",
    replace: '}\n\nfunction isOwn',
    tests: [`${AUTH}/auth.test.ts`],
  },
  {
    name: 'a ticket works twice',
    file: `${SERVER}/accounts/tickets.ts`,
    find: "await accounts.store.apply([{ remove: { kind: 'ticket', id: ticket.id } }]) // of many, one gets it",
    replace: 'true',
    tests: [`${SERVER}/accounts/accounts.test.ts`],
  },
  {
    name: 'what was allowed is not what is done',
    file: `${SERVER}/runs/approve.ts`,
    find: 'if (isEdited) await checkInput(engine, record, asked.name, input)',
    replace: '',
    tests: [`${SERVER}/runs/approve.test.ts`],
  },
  {
    name: 'a call is approved after its time',
    file: `${SERVER}/runs/approve.ts`,
    find: 'if (Date.parse(asked.approval.expiresAt) <= engine.now().getTime())',
    replace: 'if (Number.isNaN(engine.now().getTime()))',
    tests: [`${SERVER}/runs/approve.test.ts`],
  },
  {
    name: 'a form can be filled in twice',
    file: `${SERVER}/runs/forms.ts`,
    find: "if (found.status !== 'open')",
    replace: "if (found.status === 'nothing')",
    tests: [`${SERVER}/runs/forms.test.ts`, `${SERVER}/gateway/forms.test.ts`],
  },
  {
    name: 'a timer that has fired fires again after a restart',
    file: `${SERVER}/clockwork/fire.ts`,
    find: 'if (events.length > 0 && !timer.isSaid) {',
    replace: 'if (events.length > 0) {',
    tests: [`${SERVER}/clockwork/clockwork.test.ts`],
  },
  {
    name: 'silence is waited for for ever',
    file: `${SERVER}/model/bedrock/watchdog.ts`,
    find: 'if (--entry.left >= 0) continue',
    replace: 'if (entry.left >= 0) continue',
    tests: [`${SERVER}/model/bedrock/watchdog.test.ts`],
  },
]
