import assert from 'node:assert/strict'
import type {
  ApprovalId,
  CallId,
  ConversationId,
  EventOf,
  FileId,
  MessageId,
  Owner,
  RequestId,
  RunId,
} from '@streambed/protocol'
import type { Entry, ListOptions, NewEvent, Store } from '../store.ts'

export const chat = 'c_chat' as ConversationId
export const other = 'c_other' as ConversationId
export const ada: Owner = { org: 'lab', user: 'ada' }
export const bob: Owner = { org: 'lab', user: 'bob' }
export const id = (name: string): ConversationId => `c_${name}` as ConversationId
export const run = (name: string): RunId => `r_${name}` as RunId

/** A clock that stands still until told. */
export function clock() {
  let time = Date.parse('2026-11-20T12:00:00Z')
  return { now: () => time, pass: (ms: number) => void (time += ms) }
}

interface Start {
  readonly owner?: Owner
  readonly title?: string | null
  readonly alias?: string
}

export function start({ owner = ada, title = 'Untitled', ...rest }: Start = {}): NewEvent {
  return { type: 'conversation-start', agent: 'guide', title, owner, ...rest }
}

interface Ask {
  readonly text?: string
  readonly parts?: EventOf<'message'>['parts']
  readonly requestId?: RequestId
  readonly model?: string
}

export function ask(name: string, { text = 'Hello?', parts = [], requestId, ...rest }: Ask = {}): NewEvent {
  return {
    type: 'message',
    message: `m_${name}` as MessageId,
    run: run(name),
    parent: null,
    parts: [{ type: 'text', text }, ...parts],
    requestId: requestId ?? (`q_${name}` as RequestId),
    agent: 'guide',
    ...rest,
  }
}

export const again = (name: string, of: string, message: string): NewEvent => ({
  type: 'run-retry',
  run: run(name),
  of: run(of),
  message: `m_${message}` as MessageId,
  agent: 'guide',
})

export const say = (name: string, text: string): NewEvent => ({ type: 'text-delta', run: run(name), block: 1, text })
export const step = (name: string): NewEvent => ({ type: 'step-start', run: run(name), step: 1 })
export const notice = (text: string): NewEvent => ({ type: 'notice', level: 'info', text })
export const end = (name: string, reason: EventOf<'run-end'>['reason'] = 'done'): NewEvent => ({
  type: 'run-end',
  run: run(name),
  reason,
})

export const TIME_IS_UP = '2026-11-21T12:00:00.000Z'
export const mayI = (name: string, approval: string): NewEvent => ({
  type: 'approval-request',
  run: run(name),
  approval: approval as ApprovalId,
  call: 'call-1' as CallId,
  name: 'send',
  input: {},
  expiresAt: TIME_IS_UP,
})
export const allow = (name: string, approval: string): NewEvent => ({
  type: 'approval-answer',
  run: run(name),
  approval: approval as ApprovalId,
  approved: true,
  by: 'ada',
})
export const park = (name: string): NewEvent => ({ type: 'run-park', run: run(name) })

export function usage(name: string, microDollars: number | null = 7): NewEvent {
  const tokens = { inputTokens: 4, outputTokens: 3, cacheReadTokens: 2, cacheWriteTokens: 1 }
  return { type: 'usage', run: run(name), model: 'm', ...tokens, microDollars, priceDate: null, estimated: false }
}

export const image = (name: string) =>
  ({ type: 'image', file: `f_${name}` as FileId, mediaType: 'image/png', name: 'a.png' }) as const
export const file = (name: string) => ({
  id: `f_${name}` as FileId,
  mediaType: 'image/png',
  name: 'a.png',
  bytes: new Uint8Array([1, 2, 3]),
})

export async function claim(store: Store, name: string): Promise<number> {
  const fence = await store.claim(chat, run(name), 'server', 60_000)
  assert.ok(fence !== undefined)
  return fence
}

/** A conversation of the run's name, of this owner, in which it is being answered; returns the fence. */
export async function begun(store: Store, name: string, owner = ada, more: readonly NewEvent[] = []): Promise<number> {
  await store.append(id(name), [start({ owner, title: null }), ask(name), ...more])
  const fence = await store.claim(id(name), run(name), 'server', 60_000)
  assert.ok(fence !== undefined)
  return fence
}

/** A conversation with `count` pieces of an answer after its two first events. */
export async function filled(store: Store, count: number): Promise<void> {
  await store.append(chat, [start(), ask('one')])
  const fence = await claim(store, 'one')
  for (let i = 0; i < count - 2; i++) await store.append(chat, [say('one', `word ${i}`)], { fence })
}

export async function readAll(store: Store, after = 0): Promise<readonly Entry[]> {
  const all: Entry[] = []
  for (let page = await store.read(chat, after); page.length > 0; page = await store.read(chat, page.at(-1)!.seq))
    all.push(...page)
  return all
}

export async function listed(
  store: Store,
  owner: Owner,
  options: Partial<ListOptions> = {},
): Promise<readonly string[]> {
  const { items } = await store.list(owner, { limit: 20, ...options })
  return items.map((item) => item.id)
}

export async function openRuns(store: Store): Promise<readonly RunId[]> {
  return names(await store.openRuns(chat))
}

export const texts = (entries: readonly Entry[]): readonly string[] => entries.map(({ json }) => json)
export const names = (records: readonly { readonly run: RunId }[]): readonly RunId[] => records.map(({ run }) => run)
