import { type ConversationId, type RunId, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { defineAgent } from '../../agent/agent.ts'
import { defineCollection } from '../../agent/collection.ts'
import { says } from '../../model/scripted.ts'
import { ask, type Guest, type House, type HouseOptions, openHouse } from './house.fixture.ts'

/** Stands in everything that is Ada's, so that one sees where it comes out. */
export const CANARY = 'canary-7f3a'

/** Names of things: those that are Ada's, or those of nothing at all. */
export interface Things {
  readonly conversation: string
  readonly message: string
  readonly run: string
  readonly file: string
  readonly record: string
  readonly session: string
  readonly key: string
  readonly invitation: string
  readonly person: string
  readonly window: string
}

export const NOTHING: Things = {
  conversation: 'c_0000000000000000000000000',
  message: 'm_0000000000000000000000000',
  run: 'r_0000000000000000000000000',
  file: 'f_0000000000000000000000000',
  record: 'd_0000000000000000000000000',
  session: '0'.repeat(32),
  key: '0'.repeat(32),
  invitation: '0'.repeat(32),
  person: 'u_nobody',
  window: 'c_0000000000000000000000000',
}

/** Everybody who may ask. Ada owns the server's first organisation, and all that is asked for. */
export interface Cast {
  readonly ada: Headers
  /** A key of hers that only reads. */
  readonly readingKey: Headers
  /** A member of the same organisation, somebody who only reads in it, and somebody whose session was ended. */
  readonly colleague: Headers
  readonly viewer: Headers
  readonly revoked: Headers
  /** Owns another organisation. */
  readonly stranger: Headers
  readonly anonymous: Headers
}
export type Actor = keyof Cast
type Headers = Readonly<Record<string, string>>

export interface World extends AsyncDisposable {
  readonly house: House
  readonly cast: Cast
  readonly adas: Things
  readonly ada: Guest
}

const notes = defineCollection({
  name: 'notes',
  description: 'What people note.',
  schema: z.object({ text: z.string(), done: z.boolean().default(false) }),
  indexes: ['done'],
  views: {
    count: {
      summary: 'How many.',
      response: z.object({ texts: z.array(z.string()) }),
      of: (all) => ({ texts: all.map(({ text }) => text) }),
    },
  },
  actions: { finish: { summary: 'Done.', input: z.object({}), apply: (note) => ({ ...note, done: true }) } },
})

const AGENTS = ['assistant', 'tasks', 'predictions', 'strategy-builder'].map((name) =>
  defineAgent({ name, instructions: 'Be brief.', collections: name === 'assistant' ? [notes] : [] }),
)

export async function openWorld(options: Pick<HouseOptions, 'log' | 'origins'> = {}): Promise<World> {
  const answers = Array.from({ length: 200 }, () => says('Fine'))
  const house = await openHouse({ agents: AGENTS, answers, ...options })
  const ada = await house.join('local', 'owner', `ada-${CANARY}`)
  const [colleague, viewer, revoked, stranger] = [
    await house.join('local', 'member', 'bob'),
    await house.join('local', 'viewer', 'vic'),
    await house.join('local', 'member', 'dan'),
    await house.join('bank', 'owner', 'eve'),
  ]
  await ask(house, revoked.headers, 'POST', '/v1/auth/sign-out')
  const readingKey = { authorization: `Bearer ${await house.keyOf(ada, ['read'])}` }
  await ask(house, readingKey, 'GET', '/v1/account') // its use is noted once
  const adas = await thingsOf(house, ada)
  return {
    house,
    ada,
    adas,
    cast: {
      ada: ada.headers,
      readingKey,
      colleague: colleague.headers,
      viewer: viewer.headers,
      revoked: revoked.headers,
      stranger: stranger.headers,
      anonymous: {},
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

/** Something of every kind. */
export async function thingsOf(house: House, ada: Guest): Promise<Things> {
  const make = async (path: string, body: unknown, headers: Headers = {}) => {
    const [status, answer] = await ask(house, { ...ada.headers, ...headers }, 'POST', path, body)
    if (status >= 300) throw new StreambedError('internal', `${path} gave ${status} ${JSON.stringify(answer)}`)
    return answer
  }
  const requestId = `q-${crypto.randomUUID()}`
  const file = await make('/v1/files', Buffer.from(CANARY), { 'content-type': 'text/plain', 'x-file-name': CANARY })
  const sent = await make('/v1/messages', {
    requestId,
    parts: [
      { type: 'text', text: CANARY },
      { type: 'file', file: file.id },
    ],
  })
  await house.engine.active.get(sent.run as RunId)?.over
  const note = await make('/v1/notes', { text: CANARY })
  const invitation = await make('/v1/invitations', { email: `x-${CANARY}@lab.example` })
  await make('/v1/account/keys', { title: CANARY })
  const [key] = (await ask(house, ada.headers, 'GET', '/v1/account/keys'))[1].items
  const window = 'chat-of-ada'
  await make('/api/v1/chat/message', { message: CANARY, user_chat_id: window })
  const summary = await house.engine.store.find(ada.principal.owner, sent.conversation as ConversationId)
  if (!summary) throw new StreambedError('internal', 'The conversation is gone.')
  return {
    conversation: sent.conversation,
    message: sent.message,
    run: sent.run,
    file: file.id,
    record: note.id,
    session: ada.principal.credential!.split(' ')[1]!, // she is signed in
    key: key.id,
    invitation: invitation.id,
    person: ada.user,
    window,
  }
}
