import {
  applyPatch,
  type Conversation,
  type ConversationId,
  diff,
  type EventOf,
  emptyConversation,
  fold,
  type LiveState,
  type LoggedEvent,
  newRequestId,
  type Owner,
  type Patch,
  type RunId,
  StreambedError,
  whatIsWrong,
} from '@streambed/protocol'
import { MAX_STATE_BYTES } from '../agent/output/output.ts'
import { clip } from '../agent/tool-context.ts'
import type { Store } from '../store/store.ts'
import { append, type Engine } from './engine.ts'
import { openConversation } from './open.ts'

/** A state and where it stood. */
export interface StateThere {
  readonly revision: number
  readonly value: unknown
  readonly seq: number
}

/** The live UI state as it was at a place in the log; now, where none is named. Throws `position-lost` beyond the log's end. */
export async function stateAt(store: Store, owner: Owner, id: ConversationId, at?: number): Promise<StateThere> {
  const summary = await store.find(owner, id)
  if (!summary) throw new StreambedError('not-found')
  if (at !== undefined && at > summary.seq) throw new StreambedError('position-lost')
  const seq = at ?? summary.seq
  const saved = await store.snapshot(id)
  let conversation = saved && saved.position.seq <= seq ? saved : emptyConversation(id, store.epoch)
  for await (const event of eventsAfter(store, id, conversation.position.seq)) {
    if (event.seq > seq) break
    conversation = fold(conversation, event)
  }
  const { revision, value } = conversation.state
  return { revision, value, seq }
}

type StateEvent = LoggedEvent & (EventOf<'state'> | EventOf<'state-snapshot'>)

/** Every change of the state, in order: what a timeline is drawn from. */
export async function stateChanges(store: Store, owner: Owner, id: ConversationId): Promise<readonly StateEvent[]> {
  if (!(await store.find(owner, id))) throw new StreambedError('not-found')
  const changes: StateEvent[] = []
  for await (const event of eventsAfter(store, id, 0)) {
    if (event.type === 'state' || event.type === 'state-snapshot') changes.push(event)
  }
  return changes
}

export interface StateEdit {
  /** The revision that was changed. */
  readonly revision: number
  readonly patch: Patch
}

/**
 * A person's change of the state. The agent sees it on its next turn.
 * Throws `state-changed` when the revision is not the last, `run-open` while an agent is at it, `bad-request` for what does not fit or
 * has no place in the agent's schema, `state-too-large` for a state over 256 KiB.
 */
export async function editState(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  { revision, patch }: StateEdit,
): Promise<LiveState> {
  return change(engine, owner, id, (conversation) => {
    checkRevision(conversation, revision)
    checkFits(engine, conversation, patched(conversation.state.value, patch))
    return { patch, unit: newRequestId(), by: 'edit' }
  })
}

/**
 * Takes the last change back: all that one run changed, or one person at once. Throws `nothing-to-undo` when there is none, and
 * `state-changed` when a revision is named that is not the last.
 */
export async function undo(engine: Engine, owner: Owner, id: ConversationId, revision?: number): Promise<LiveState> {
  return change(engine, owner, id, async (conversation) => {
    checkRevision(conversation, revision)
    const { state } = conversation
    const unit = state.undo.at(-1)
    if (unit === undefined) throw new StreambedError('nothing-to-undo')
    const { before } = await unitIn(engine.store, owner, id, unit)
    return { patch: diff(state.value, before), unit, by: 'undo' }
  })
}

/** Brings back what was undone last. Throws as `undo` does. */
export async function redo(engine: Engine, owner: Owner, id: ConversationId, revision?: number): Promise<LiveState> {
  return change(engine, owner, id, async (conversation) => {
    checkRevision(conversation, revision)
    const { state } = conversation
    const unit = state.redo.at(-1)
    if (unit === undefined) throw new StreambedError('nothing-to-undo')
    const { after } = await unitIn(engine.store, owner, id, unit)
    return { patch: diff(state.value, after), unit, by: 'redo' }
  })
}

/** What the state was before a run began to change it; what it is, where the run has not, or people have changed it since. */
export async function stateBefore(
  store: Store,
  owner: Owner,
  { id, state }: Conversation,
  run: RunId,
): Promise<unknown> {
  return state.undo.at(-1) === run ? (await unitIn(store, owner, id, run)).before : state.value
}

type Change = Pick<EventOf<'state'>, 'unit' | 'by'> & { readonly patch: Patch }

async function change(
  engine: Engine,
  owner: Owner,
  id: ConversationId,
  decide: (conversation: Conversation) => Change | Promise<Change>,
): Promise<LiveState> {
  return engine.inTurn(id, async () => {
    const conversation = await openConversation(engine.store, owner, id)
    const open = await engine.store.openRuns(id)
    if (open.some(({ status }) => status === 'active')) throw new StreambedError('run-open')
    const { patch, unit, by } = await decide(conversation)
    const revision = conversation.state.revision + 1
    const [entry] = await append(engine, owner, id, [{ type: 'state', revision, patch: [...patch], unit, by }])
    return fold(conversation, entry!.event).state
  })
}

/** Whoever names a revision has seen that one, and means to change nothing else. */
function checkRevision({ state }: Conversation, seen: number | undefined): void {
  if (seen !== undefined && seen !== state.revision) throw new StreambedError('state-changed')
}

/** What the state was before and after a unit was last applied. */
async function unitIn(store: Store, owner: Owner, id: ConversationId, unit: string) {
  let value: unknown = null
  let last: string | undefined
  let found = { before: null as unknown, after: null as unknown }
  for (const event of await stateChanges(store, owner, id)) {
    const before = value
    value = event.type === 'state' ? patched(value, event.patch) : event.state
    const [of, by] = event.type === 'state' ? [event.unit, event.by] : [undefined, undefined]
    if (of === unit && by !== 'undo')
      found = { before: last === unit && by === 'agent' ? found.before : before, after: value }
    last = of
  }
  return found
}

function patched(value: unknown, patch: Patch): unknown {
  try {
    return applyPatch(value, patch)
  } catch (cause) {
    throw new StreambedError('bad-request', cause instanceof Error ? `${cause.message}.` : undefined, { cause })
  }
}

function checkFits(engine: Engine, { agent }: Conversation, value: unknown): void {
  const output = engine.agents.get(agent)?.output
  if (!output) throw new StreambedError('bad-request', 'This conversation has an agent without live state.')
  const parsed = output.schema.safeParse(value)
  if (!parsed.success) throw new StreambedError('bad-request', whatIsWrong(parsed.error))
  const extra = leftOut(value, parsed.data)
  if (extra) throw new StreambedError('bad-request', `There is no field ${clip(extra, 200)} in a ${output.name}.`)
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_STATE_BYTES) throw new StreambedError('state-too-large')
}

/** Where something stands in a value that its parsing has left out. */
function leftOut(value: unknown, parsed: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null || typeof parsed !== 'object' || parsed === null) return undefined
  const kept = new Map(Object.entries(parsed))
  for (const [key, inner] of Object.entries(value)) {
    const found = kept.has(key) ? leftOut(inner, kept.get(key), `${path}/${key}`) : `${path}/${key}`
    if (found) return found
  }
  return undefined
}

async function* eventsAfter(store: Store, id: ConversationId, after: number): AsyncGenerator<LoggedEvent> {
  for (let page = await store.read(id, after); page.length > 0; page = await store.read(id, after)) {
    for (const entry of page) yield entry.event
    after = page.at(-1)!.seq
  }
}
