import { connect, type Frame } from '../gateway.fixture.ts'
import { type Answer, PASSWORD } from './house.fixture.ts'
import { type Actor, CANARY, type Things, type World } from './matrix.fixture.ts'

// A route or a request without a row fails matrix.test.ts: say what it is, and everybody is tried on it.

/**
 * What a request is about: nothing that needs to be known who one is (`open`), one's own things (`own`), a thing by its name
 * (`named`), one's account (`account`), the people of one's organisation (`people`), the server (`server`).
 */
type About = 'open' | 'own' | 'named' | 'account' | 'people' | 'server'

export interface Row {
  readonly about: About
  /** What Ada gets: the status, and the code of an error. */
  readonly ada: string
  readonly path?: (things: Things) => string
  readonly body?: (things: Things) => unknown
  readonly type?: string
  /** Whether it changes nothing, where the method does not say so. */
  readonly reads?: boolean
}

const text = { requestId: 'q-matrix', text: 'Hi' }
export const ROWS: Readonly<Record<string, Row | readonly Row[]>> = {
  'GET /v1/health': { about: 'open', ada: '200' },
  'GET /v1/ready': { about: 'open', ada: '200' },
  'GET /metrics': { about: 'open', ada: '200' }, // from this machine; observed.test.ts has the others
  'GET /api/v1/chat/health': { about: 'open', ada: '200' },
  'GET /v1/auth': { about: 'open', ada: '200' },
  'POST /v1/auth/sign-in': {
    about: 'open',
    ada: '401 wrong-credentials',
    body: () => ({ email: `${crypto.randomUUID()}@lab.example`, password: PASSWORD }),
  },
  'POST /v1/auth/invitation': { about: 'open', ada: '410 link-spent', body: () => ({ token: 'sbi_1' }) },
  'POST /v1/auth/accept': {
    about: 'open',
    ada: '410 link-spent',
    body: () => ({ token: 'sbi_1', name: 'X', password: PASSWORD }),
  },
  'POST /v1/auth/reset': { about: 'open', ada: '410 link-spent', body: () => ({ token: 'sbr_1', password: PASSWORD }) },

  'GET /v1/openapi.json': { about: 'own', ada: '200' },
  'GET /v1/echo': { about: 'own', ada: '200' },
  'GET /v1/echo/stream': { about: 'own', ada: '200', path: () => '/v1/echo/stream?ticks=2&every=20' },
  'POST /v1/echo': { about: 'own', ada: '200', type: 'text/plain', body: () => Buffer.from('hello'), reads: true },
  'GET /v1/agents': { about: 'own', ada: '200' },
  'GET /v1/models': { about: 'own', ada: '200' },
  'GET /v1/models/policy': { about: 'own', ada: '200', path: () => '/v1/models/policy?model=amazon.nova-lite-v1:0' },
  'GET /v1/mcp': { about: 'own', ada: '200' },
  'GET /v1/collections': { about: 'own', ada: '200' },
  'GET /v1/account': { about: 'own', ada: '200' },
  'POST /v1/tickets': { about: 'own', ada: '201', body: () => ({}), reads: true },

  'GET /v1/conversations': [
    { about: 'own', ada: '200' },
    { about: 'own', ada: '200', path: () => `/v1/conversations?query=${CANARY}` },
  ],
  'POST /v1/conversations': { about: 'own', ada: '201', body: () => ({}) },
  'GET /v1/conversations/:id': { about: 'named', ada: '200' },
  'GET /v1/conversations/:id/export': [
    { about: 'named', ada: '200' },
    {
      about: 'named',
      ada: '200',
      path: ({ conversation }) => `/v1/conversations/${conversation}/export?format=markdown`,
    },
  ],
  'GET /v1/conversations/:id/events': [
    { about: 'named', ada: '200' },
    {
      about: 'named',
      ada: '200',
      path: ({ conversation }) => `/v1/conversations/${conversation}/events?after=1&wait=1`,
    },
  ],
  'GET /v1/conversations/:id/receipts': { about: 'named', ada: '200' },
  'GET /v1/conversations/:id/state': { about: 'named', ada: '200' },
  'GET /v1/conversations/:id/state/changes': { about: 'named', ada: '200' },
  'PATCH /v1/conversations/:id/state': {
    about: 'named',
    ada: '409 state-changed',
    body: () => ({ revision: 7, patch: [{ op: 'add', path: '/x', value: 1 }] }),
  },
  'POST /v1/conversations/:id/state/undo': { about: 'named', ada: '409 nothing-to-undo' },
  'POST /v1/conversations/:id/state/redo': { about: 'named', ada: '409 nothing-to-undo' },
  'POST /v1/conversations/:id/messages': {
    about: 'named',
    ada: '202',
    body: () => ({ ...text, requestId: 'q-named' }),
  },
  'POST /v1/conversations/:id/forms/:form': {
    about: 'named',
    ada: '404 not-found',
    path: ({ conversation }) => `/v1/conversations/${conversation}/forms/o_none`,
    body: () => ({ requestId: 'q-form', action: 'cancel' }),
  },
  'POST /v1/messages': [
    { about: 'own', ada: '202', body: () => text },
    {
      about: 'named',
      ada: '202',
      body: ({ file }) => ({
        requestId: 'q-file',
        parts: [
          { type: 'text', text: 'Hi' },
          { type: 'file', file },
        ],
      }),
    },
  ],
  'POST /v1/runs/:id/stop': { about: 'named', ada: '202', path: ({ run }) => `/v1/runs/${run}/stop` },
  'POST /v1/runs/:id/retry': { about: 'named', ada: '202', path: ({ run }) => `/v1/runs/${run}/retry` },
  'POST /v1/runs/:id/approvals/:approval': {
    about: 'named',
    ada: '404 not-found',
    path: ({ run }) => `/v1/runs/${run}/approvals/p_none`,
    body: () => ({ requestId: 'q-approve', approved: true }),
  },
  'POST /v1/files': { about: 'own', ada: '201', type: 'text/plain', body: () => Buffer.from('hello') },
  'GET /v1/files/:id': { about: 'named', ada: '200', path: ({ file }) => `/v1/files/${file}` },
  'GET /v1/conversations/:id/share': { about: 'named', ada: '200' },
  'POST /v1/conversations/:id/share': { about: 'named', ada: '201' },
  'DELETE /v1/conversations/:id/share/:share': {
    about: 'named',
    ada: '204',
    path: ({ conversation, key }) => `/v1/conversations/${conversation}/share/${key}`,
  },
  'GET /v1/shared': { about: 'open', ada: '404 not-found' },
  'GET /v1/shared/files/:file': { about: 'open', ada: '404 not-found', path: ({ file }) => `/v1/shared/files/${file}` },
  'GET /v1/usage': [
    { about: 'own', ada: '200', path: () => '/v1/usage?by=conversation' },
    { about: 'own', ada: '200', path: () => '/v1/usage?format=csv' },
    { about: 'people', ada: '200', path: () => '/v1/usage?by=user' },
    { about: 'server', ada: '200', path: () => '/v1/usage?by=organisation' },
  ],

  'GET /v1/notes': { about: 'own', ada: '200' },
  'POST /v1/notes': { about: 'own', ada: '201', body: () => ({ text: 'mine' }) },
  'GET /v1/notes/count': { about: 'own', ada: '200' },
  'GET /v1/notes/:id': { about: 'named', ada: '200', path: ({ record }) => `/v1/notes/${record}` },
  'PATCH /v1/notes/:id': {
    about: 'named',
    ada: '200',
    path: ({ record }) => `/v1/notes/${record}`,
    body: () => ({ done: true }),
  },
  'POST /v1/notes/:id/finish': { about: 'named', ada: '200', path: ({ record }) => `/v1/notes/${record}/finish` },

  'POST /api/chat': [
    { about: 'own', ada: '200', body: () => ({ prompt: 'Hi' }) },
    { about: 'named', ada: '200', body: ({ conversation }) => ({ prompt: 'Hi', conversationId: conversation }) },
  ],
  'POST /api/ai-sdk/chat': {
    about: 'own',
    ada: '200',
    body: ({ window }) => ({
      id: window,
      messages: [{ id: 'u', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    }),
  },
  'GET /api/ai-sdk/chat/:id/stream': {
    about: 'own',
    ada: '204',
    path: ({ window }) => `/api/ai-sdk/chat/${window}/stream`,
  },
  'POST /api/ai-sdk/chat/:id/stop': {
    about: 'own',
    ada: '204',
    path: ({ window }) => `/api/ai-sdk/chat/${window}/stop`,
  },
  'POST /api/ag-ui': { about: 'own', ada: '200', body: ({ window }) => agUiBody(window) },
  'POST /api/ag-ui/:agent': {
    about: 'own',
    ada: '200',
    path: () => '/api/ag-ui/assistant',
    body: ({ window }) => agUiBody(window),
  },
  'GET /openai/v1/models': { about: 'own', ada: '200' },
  'GET /openai/v1/models/:model': { about: 'own', ada: '200', path: () => '/openai/v1/models/assistant' },
  'POST /openai/v1/chat/completions': {
    about: 'own',
    ada: '200',
    body: ({ window }) => ({
      model: 'assistant',
      messages: [{ role: 'user', content: 'Hi' }],
      metadata: { conversation: window },
    }),
  },
  'POST /api/v1/chat/message': {
    about: 'own',
    ada: '200',
    body: ({ window }) => ({ message: 'Hi', user_chat_id: window }),
  },
  'GET /api/v1/chat/history': {
    about: 'own',
    ada: '200',
    path: ({ window }) => `/api/v1/chat/history?user_chat_id=${window}`,
  },
  'GET /api/v1/chat/sessions': { about: 'own', ada: '200' },
  'DELETE /api/v1/chat/sessions/:session_id': {
    about: 'named',
    ada: '404 not-found',
    path: () => '/api/v1/chat/sessions/t_none',
  },

  'PATCH /v1/account': { about: 'account', ada: '200', body: () => ({ name: 'New' }) },
  'POST /v1/account/password': {
    about: 'account',
    ada: '401 wrong-credentials',
    body: () => ({ current: 'not the password', next: 'nine green goats' }),
  },
  'POST /v1/account/organisation': {
    about: 'account',
    ada: '404 not-found',
    body: () => ({ organisation: 'nowhere' }),
  },
  'POST /v1/account/accept': { about: 'account', ada: '410 link-spent', body: () => ({ token: 'sbi_1' }) },
  'GET /v1/account/sessions': { about: 'account', ada: '200' },
  'GET /v1/account/keys': { about: 'account', ada: '200' },
  'POST /v1/account/keys': { about: 'account', ada: '201', body: () => ({ title: 'mine' }) },
  'DELETE /v1/account/keys/:id': {
    about: 'account',
    ada: '204',
    path: ({ key }) => `/v1/account/keys/${key}`,
  },

  'GET /v1/people': { about: 'people', ada: '200' },
  'PATCH /v1/people/:user': { about: 'people', ada: '200', body: () => ({}) },
  'POST /v1/people/:user/reset': { about: 'people', ada: '201', path: () => '/v1/people/u_dan/reset' },
  'DELETE /v1/people/:user': { about: 'people', ada: '409 last-owner' },
  'GET /v1/invitations': { about: 'people', ada: '200' },
  'POST /v1/invitations': { about: 'people', ada: '201', body: () => ({ email: 'new@lab.example' }) },
  'DELETE /v1/invitations/:id': {
    about: 'people',
    ada: '204',
    path: ({ invitation }) => `/v1/invitations/${invitation}`,
  },
  'GET /v1/organisation/retention': { about: 'people', ada: '200' },
  'PUT /v1/organisation/retention': { about: 'people', ada: '200', body: () => ({ conversationDays: 36_500 }) },
  'PATCH /v1/organisation': { about: 'people', ada: '204', body: () => ({ title: 'Renamed' }) },
  'GET /v1/budgets': { about: 'own', ada: '200' },
  'PUT /v1/budgets': {
    about: 'people',
    ada: '200',
    body: () => ({ scope: 'organisation', of: null, period: 'day', microDollars: 1_000_000_000, tokens: null }),
  },
  'GET /v1/audit': [
    { about: 'people', ada: '200' },
    { about: 'people', ada: '200', path: () => '/v1/audit?format=csv' },
  ],
  'GET /v1/audit/verify': { about: 'server', ada: '200' },
  'GET /v1/limits': { about: 'people', ada: '200' },
  'GET /v1/me/export': { about: 'own', ada: '200' },
  'DELETE /v1/budgets': { about: 'people', ada: '204', path: () => '/v1/budgets?scope=organisation&period=day' },

  'POST /v1/organisations': { about: 'server', ada: '201', body: () => ({ title: 'Another' }) },
  'POST /v1/mcp/:server/tools/:tool/approve': {
    about: 'server',
    ada: '404 not-found',
    path: () => '/v1/mcp/none/tools/none/approve',
  },

  'DELETE /v1/notes/:id': { about: 'named', ada: '204', path: ({ record }) => `/v1/notes/${record}` },
  'PATCH /v1/conversations/:id': { about: 'named', ada: '200', body: () => ({ archived: true }) },
  'DELETE /v1/conversations/:id': { about: 'named', ada: '204' },
  'DELETE /v1/me': { about: 'account', ada: '204' },
  'DELETE /v1/account/sessions/:id': {
    about: 'account',
    ada: '204',
    path: ({ session }) => `/v1/account/sessions/${session}`,
  },
  'POST /v1/auth/sign-out': { about: 'open', ada: '204' },
}

export interface SocketRow {
  readonly path: string
  readonly frame: (things: Things) => object
  readonly reads?: boolean
  /** What Ada gets; see `shape`. */
  readonly ada: string
}

const chat = (type: string, data: (things: Things) => object) => (things: Things) => ({
  id: '1',
  type,
  data: data(things),
})
export const SOCKET_ROWS: Readonly<Record<string, SocketRow>> = {
  '/ws follow': {
    path: '/ws',
    frame: ({ conversation }) => ({ type: 'follow', conversation, after: 0 }),
    reads: true,
    ada: 'ack',
  },
  '/ws unfollow': {
    path: '/ws',
    frame: ({ conversation }) => ({ type: 'unfollow', conversation }),
    reads: true,
    ada: 'ack',
  },
  '/ws watch': { path: '/ws', frame: () => ({ type: 'watch' }), reads: true, ada: 'ack' },
  '/ws ping': { path: '/ws', frame: () => ({ type: 'ping' }), reads: true, ada: 'pong' },
  '/ws send': {
    path: '/ws',
    frame: ({ conversation }) => ({ type: 'send', conversation, requestId: 'q-ws', text: 'Hi' }),
    ada: 'ack',
  },
  '/ws stop': { path: '/ws', frame: ({ run }) => ({ type: 'stop', run }), ada: 'ack' },
  '/ws retry': { path: '/ws', frame: ({ run }) => ({ type: 'retry', run }), ada: 'ack' },
  '/ws form': {
    path: '/ws',
    frame: ({ conversation }) => ({ type: 'form', conversation, form: 'o_none', requestId: 'q-f', action: 'cancel' }),
    ada: 'error not-found',
  },
  '/ws approve': {
    path: '/ws',
    frame: ({ run }) => ({ type: 'approve', run, approval: 'p_none', requestId: 'q-a', approved: true }),
    ada: 'error not-found',
  },
  '/ws/dashboard chat.list_sessions': {
    path: '/ws/dashboard',
    frame: chat('chat.list_sessions', () => ({})),
    reads: true,
    ada: 'chat.sessions',
  },
  '/ws/dashboard chat.get_history': {
    path: '/ws/dashboard',
    frame: chat('chat.get_history', ({ conversation }) => ({ sessionId: conversation })),
    reads: true,
    ada: 'chat.history',
  },
  '/ws/dashboard chat.send_message': {
    path: '/ws/dashboard',
    frame: chat('chat.send_message', ({ conversation }) => ({ sessionId: conversation, message: 'Hi' })),
    ada: 'chat.message_response',
  },
  '/ws/dashboard chat.stop': {
    path: '/ws/dashboard',
    frame: chat('chat.stop', ({ conversation }) => ({ sessionId: conversation })),
    ada: 'nothing',
  },
  '/api/v1/chat/ws/chat hello': {
    path: '/api/v1/chat/ws/chat',
    frame: ({ window }) => ({ type: 'hello', user_chat_id: window }),
    reads: true,
    ada: 'connection resumed',
  },
  '/api/v1/chat/ws/chat message': {
    path: '/api/v1/chat/ws/chat',
    frame: ({ window }) => ({ type: 'message', message: 'Hi', user_chat_id: window }),
    ada: 'response',
  },
  '/api/v1/chat/ws/chat action': {
    path: '/api/v1/chat/ws/chat',
    frame: ({ window }) => ({ type: 'action', component_id: 'o_none', action: 'cancel', user_chat_id: window }),
    ada: 'error not-found',
  },
  '/api/v1/chat/ws/chat close_chat': {
    path: '/api/v1/chat/ws/chat',
    frame: ({ window }) => ({ type: 'close_chat', user_chat_id: window }),
    ada: 'connection',
  },
  '/ws/chat message': {
    path: '/ws/chat',
    frame: ({ conversation }) => ({ message: 'Hi', conversation_id: conversation }),
    ada: 'stream',
  },
  '/ws/calls makecall': { path: '/ws/calls', frame: () => ({ action: 'makecall', prompt: 'Rain' }), ada: 'status' },
  '/ws/dashboard chat.clear_session': {
    path: '/ws/dashboard',
    frame: chat('chat.clear_session', ({ conversation }) => ({ sessionId: conversation })),
    ada: 'chat.session_cleared',
  },
}

export function requestOf(
  route: string,
  { path, body }: Row,
  things: Things,
): [method: string, path: string, body?: unknown] {
  const [method, url] = route.split(' ') as [string, string]
  const filled = url.replace(':id', things.conversation).replace(':user', things.person)
  return [method, path?.(things) ?? filled, body?.(things)]
}

export function headersOf({ cast }: World, actor: Actor, { type }: Row): Readonly<Record<string, string>> {
  return { ...cast[actor], ...(type !== undefined && { 'content-type': type }) }
}

export function outcome([status, body]: Answer): string {
  const code = typeof body === 'object' ? body?.error?.code : undefined
  return code === undefined ? String(status) : `${status} ${code}`
}

/** Nothing is being answered any more. */
export async function settled({ house }: World): Promise<void> {
  await Promise.all([...house.engine.active.values()].map(({ over }) => over))
}

/** Sends one request on a socket of its own, then a ping of the same dialect, and returns what came before that was answered. */
export async function tell(
  world: World,
  actor: Actor,
  { path, frame }: SocketRow,
  things: Things,
): Promise<readonly Frame[]> {
  await using socket = await connect(world.house.url, path, world.cast[actor])
  const greets = path === '/ws/chat' || path.startsWith('/api/')
  if (greets) await socket.next()
  socket.send(frame(things))
  const isSilent = 'type' in frame(things) && (frame(things) as Frame).type === 'chat.stop'
  if (isSilent) socket.send({ id: '2', type: 'chat.nothing' })
  return [await socket.next()]
}

/** What kind of answer it is. */
export function shape([frame]: readonly Frame[]): string {
  const code = frame.error?.code ?? frame.data?.code ?? frame.code
  if (code === 'unknown-type' && frame.id === '2') return 'nothing'
  const type = code === undefined ? frame.type : `error ${code}`
  return frame.resumed === true ? `${type} resumed` : type
}

function agUiBody(threadId: string): object {
  return { threadId, runId: crypto.randomUUID(), messages: [{ id: 'u', role: 'user', content: 'Hi' }] }
}
