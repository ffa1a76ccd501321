import { CANARY } from './canaries.ts'
import type { Citizen } from './citizen.ts'
import { order } from './obedient.ts'
import type { Random } from './random.ts'
import type { Frame } from './wire.ts'

/** How somebody talks with the server. What they are told is noted. */
export interface Voice {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Told>
  /** Opens a socket, says these frames, and hears what comes until `ms` are over or the network breaks. */
  talk(path: string, frames: readonly object[], ms: number): Promise<void>
  /** A text of their own, that is nobody else's. */
  plant(kind: string): string
  /** Names of what is theirs, by kind. */
  readonly things: Map<string, string>
  readonly random: Random
}

export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly body: Frame
}

export type Deed = (others: readonly Citizen[]) => Promise<unknown>

/** What one does on a server: every door, and every kind of data. */
export function deedsOf({ ask, talk, plant, things, random }: Voice): {
  readonly deeds: readonly Deed[]
  /** Reads all that there is of one's own. */
  readAll(): Promise<void>
} {
  let count = 0
  const deeds: Readonly<Record<string, Deed>> = {
    say: () => say(plant('message'), 'assistant'),
    remember: () => say(order('remember', { text: plant('memory') }), 'assistant'),
    look: () => say(order('search_conversations', { query: CANARY }), 'assistant'),
    find: () => say(order('find_records', { collection: 'memories' }), 'assistant'),

    async ask() {
      await say(order('create_alarm', { label: plant('form') }), 'tasks')
      const asked = (await fold())?.forms?.find(({ status }: Frame) => status === 'open')
      if (!asked) return
      const form = `/v1/conversations/${things.get('conversation')}/forms/${asked.id}`
      things.set('form', form)
      await ask('POST', form, { requestId: requestId(), action: 'submit', values: { time: '06:45' } })
    },

    async allow() {
      await say(order('post', { text: plant('approval') }), 'clerk')
      const calls = (await fold())?.messages?.at(-1)?.blocks ?? []
      const approval = calls.map((block: Frame) => block.approval?.id).find(Boolean)
      if (!approval) return
      things.set('approval', `/v1/runs/${things.get('run')}/approvals/${approval}`)
      await ask('POST', things.get('approval')!, { approved: random.chance(0.7) })
    },

    async attach() {
      const named = { 'content-type': 'text/plain', 'x-file-name': `${plant('file name')}.txt` }
      const { body } = await ask('POST', '/v1/files', plant('file'), named)
      things.set('file', body.id)
      const parts = [
        { type: 'text', text: plant('message') },
        { type: 'file', file: body.id },
      ]
      await say('', 'assistant', { text: undefined, parts })
      await ask('GET', `/v1/files/${body.id}`)
    },

    async keep() {
      const { body } = await ask('POST', '/v1/alarms', { time: '07:00', label: plant('record') })
      if (body.id) things.set('record', body.id)
      await ask('PATCH', `/v1/alarms/${things.get('record')}`, { label: plant('record') })
      await ask('GET', '/v1/alarms')
    },

    async name() {
      const id = things.get('conversation')
      await ask('PATCH', `/v1/conversations/${id}`, { title: plant('title') })
      await ask('GET', `/v1/conversations?query=${CANARY}`)
    },

    async share() {
      const path = `/v1/conversations/${things.get('conversation')}/share`
      const { body } = await ask('POST', path, {})
      if (!body.token) return
      things.set('share', body.id)
      await ask('GET', '/v1/shared', undefined, { authorization: `Bearer ${body.token}` })
      if (random.chance(0.5)) await ask('DELETE', `${path}/${body.id}`)
    },

    stream: () => ask('POST', '/api/chat', { prompt: plant('message'), detached: random.chance(0.5) }),
    async window() {
      const window = plant('window')
      things.set('window', window)
      const parts = [{ type: 'text', text: plant('message') }]
      await ask('POST', '/api/ai-sdk/chat', { id: window, messages: [{ id: 'u', role: 'user', parts }] })
    },
    async tasks() {
      const user_chat_id = plant('window')
      await ask('POST', '/api/v1/chat/message', { message: plant('message'), user_chat_id })
      await ask('GET', `/api/v1/chat/history?user_chat_id=${user_chat_id}`)
    },

    async native() {
      const conversation = things.get('conversation')
      const follow = conversation ? [{ type: 'follow', conversation, after: 0 }] : []
      const send = { type: 'send', requestId: requestId(), conversation, text: plant('message') }
      await talk('/ws', [{ type: 'watch' }, ...follow, send], 800)
    },
    async ticket() {
      const { body } = await ask('POST', '/v1/tickets', {})
      if (body.ticket) await talk(`/ws?ticket=${body.ticket}`, [{ type: 'watch' }], 200)
    },
    dashboard: () =>
      talk(
        '/ws/dashboard',
        [
          { id: plant('request id'), type: 'chat.send_message', data: { message: plant('message'), streaming: true } },
          { id: '2', type: 'chat.list_sessions', data: {} },
        ],
        600,
      ),
    builder: () => talk('/ws/chat', [{ message: plant('message') }], 500),
    calls: () => talk('/ws/calls', [{ action: 'makecall', prompt: plant('message') }], 500),
    taskTalk: () =>
      talk(
        '/api/v1/chat/ws/chat',
        [{ type: 'message', message: plant('message'), user_chat_id: plant('window') }],
        500,
      ),

    stop: () => ask('POST', `/v1/runs/${things.get('run')}/stop`, {}),
    async leave() {
      await ask('POST', '/v1/auth/sign-out')
      await ask('GET', '/v1/conversations') // in vain
    },
    wrong: () => ask('POST', '/v1/messages', { requestId: plant('request id'), text: 7, agent: plant('message') }),
    readAll,

    /** Tries what belongs to others. */
    async pry(others) {
      const { things: theirs } = others[random.between(0, others.length - 1)]!
      const [conversation, run, file, record] = ['conversation', 'run', 'file', 'record'].map((kind) =>
        theirs.get(kind),
      )
      await ask('GET', `/v1/conversations/${conversation}/events`)
      await ask('GET', `/v1/conversations/${conversation}/export?format=markdown`)
      await ask('POST', `/v1/conversations/${conversation}/messages`, {
        requestId: requestId(),
        text: plant('message'),
      })
      await ask('POST', `/v1/runs/${run}/retry`, {})
      await ask('GET', `/v1/files/${file}`)
      await ask('PATCH', `/v1/alarms/${record}`, { label: plant('record') })
      await ask('DELETE', `/v1/conversations/${conversation}/share/${theirs.get('share')}`)
      if (theirs.has('approval')) await ask('POST', theirs.get('approval')!, { approved: true })
      if (theirs.has('form')) await ask('POST', theirs.get('form')!, { requestId: requestId(), action: 'cancel' })
      await say('', 'assistant', { parts: [{ type: 'file', file }], text: undefined })
      await talk('/ws', [{ type: 'follow', conversation, after: 0 }], 100)
    },
  }
  return { deeds: Object.values(deeds), readAll }

  /** Says something over HTTP; remembers what it is called. */
  async function say(text: string, agent: string, more: object = {}): Promise<void> {
    const said = { requestId: requestId(), text, agent, ...more }
    const { body } = await ask('POST', '/v1/messages', said)
    if (!body.conversation) return
    things.set('conversation', body.conversation).set('run', body.run)
    await ask('GET', `/v1/conversations/${body.conversation}/events?after=2&wait=1`)
  }

  function requestId(): string {
    return `q${count++}-${plant('request id')}`
  }

  async function fold(): Promise<Frame> {
    const id = things.get('conversation')
    return id === undefined ? undefined : (await ask('GET', `/v1/conversations/${id}`)).body
  }

  async function readAll(): Promise<void> {
    for (const path of READS) await ask('GET', path)
    const { body } = await ask('GET', '/v1/conversations?limit=20')
    for (const { id } of (body.items ?? []).slice(0, 6)) {
      await ask('GET', `/v1/conversations/${id}`)
      await ask('GET', `/v1/conversations/${id}/export?format=markdown`)
      await ask('GET', `/v1/conversations/${id}/receipts`)
    }
  }
}

/** What lists what there is; the last ones are for admins. */
const READS = [
  `/v1/conversations?query=${CANARY}`,
  '/v1/memories',
  '/v1/alarms',
  '/v1/me/export',
  '/v1/usage?by=conversation&format=csv',
  '/v1/agents',
  '/v1/account',
  '/api/v1/chat/sessions',
  '/v1/people',
  '/v1/invitations',
  '/v1/audit?limit=100',
  '/v1/usage?by=user',
  '/v1/usage?by=organisation',
] as const
