import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import swagger from '@fastify/swagger'
import { MAX_REQUEST_BYTES } from '@streambed/protocol'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { authorize } from '../accounts/principal.ts'
import { access, requestId } from './access.ts'
import { agUiStream } from './ag-ui.ts'
import { approvals } from './approvals.ts'
import { audit } from './audit.ts'
import { accountRoutes } from './auth/account.ts'
import { addressOf } from './auth/address.ts'
import { peopleRoutes } from './auth/people.ts'
import { keepPresence, type Presence } from './auth/presence.ts'
import { checkSelf } from './auth/self.ts'
import { signInRoutes } from './auth/sign-in.ts'
import { budgets } from './budgets.ts'
import { catalogue } from './catalogue.ts'
import { chatCompletions } from './chat-completions.ts'
import { conversations } from './conversations.ts'
import { demo } from './demo.ts'
import type { App, Door } from './door.ts'
import { echo } from './echo.ts'
import { events } from './events.ts'
import { failureOf, refuse } from './failures.ts'
import { files } from './files.ts'
import { forms } from './forms.ts'
import { FOR_ALL_PAGES, OVER_TLS, SAFE_HEADERS } from './headers.ts'
import { knownAs } from './known-as.ts'
import { LIMITS, type Patience } from './limits.ts'
import { limitsInForce } from './limits-in-force.ts'
import { mcp } from './mcp.ts'
import { metrics } from './metrics.ts'
import { mine } from './mine.ts'
import { checkNesting } from './nesting.ts'
import { described } from './openapi.ts'
import { allowedOrigin, checkOrigin } from './origin.ts'
import { leaveWith, type Quotas } from './quotas/quotas.ts'
import { receipts } from './receipts.ts'
import { records } from './records.ts'
import { retention } from './retention.ts'
import { shares } from './shares.ts'
import { openSockets } from './sockets.ts'
import { state } from './state.ts'
import { tasksRest } from './tasks-rest.ts'
import { tokenStream } from './token-stream.ts'
import { uiStream } from './ui-stream.ts'
import { usage } from './usage.ts'
import { webApp } from './web-app.ts'

export interface GatewayOptions extends Door {
  readonly port: number
  readonly host: string
  /** The folder of the built web app. */
  readonly webRoot: string
  /** Tests have less than the default. */
  readonly patience?: Patience
}

export interface Gateway extends AsyncDisposable {
  readonly url: string
  /** All HTTP routes, such as `GET /v1/health`. */
  readonly routes: readonly string[]
}

/** Opens the doors: HTTP, event streams, WebSockets and the web app, all on one port. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  await using stack = new AsyncDisposableStack() // a port that is taken leaves nothing open
  const presence = stack.use(keepPresence(options.auth, options.engine.bus, options.engine.log))
  const routes: string[] = []
  const app = createApp(options, presence, (route) => routes.push(route))
  stack.defer(() => app.close())
  admit(app.server, options)
  await app.listen({ port: options.port, host: options.host })
  const sockets = openSockets(app.server, options, presence, options.patience)
  stack.defer(async () => {
    await sockets.close()
    app.server.closeAllConnections()
  })
  const { port, address, family } = app.server.address() as AddressInfo // it listens on TCP
  const owned = stack.move()
  return {
    routes,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Lets no address hold more connections than its share. Behind a proxy all come from one. */
function admit(server: Server, { auth, quotas }: GatewayOptions): void {
  if ((auth.signIn?.trustedProxies ?? 0) > 0) return
  server.on('connection', (socket) => {
    try {
      socket.once('close', quotas.connect(addressOf({ headers: {}, socket }, 0)))
    } catch {
      socket.destroy() // there is no request yet that could be answered
    }
  })
}

function createApp(door: GatewayOptions, presence: Presence, tell: (route: string) => void): App {
  const { head, request, look }: Patience = door.patience ?? LIMITS
  const app = Fastify({
    bodyLimit: MAX_REQUEST_BYTES,
    requestTimeout: request,
    connectionTimeout: 0,
    http: { headersTimeout: head, connectionsCheckingInterval: look, highWaterMark: LIMITS.room },
    forceCloseConnections: true,
    logger: false,
    genReqId: requestId,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler((error, request, reply) => {
    const failure = failureOf(error)
    if (failure.code === 'internal')
      door.engine.log.error({ err: error, url: request.routeOptions.url }, 'a request failed')
    return refuse(reply, failure)
  })
  app.removeContentTypeParser('text/plain') // JSON alone: a form of another page cannot send that
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    checkNesting(body)
    parse(request, body, done)
  })
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) tell(`${one} ${url}`)
  })
  access(app, door)
  app.decorateRequest('owner')
  app.decorateRequest('principal')
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFE_HEADERS)
    if (door.policy.publicOrigin?.startsWith('https:')) reply.headers(OVER_TLS)
    reply.raw.setMaxListeners(32) // limits, metrics, presence and streams all want to know when it is over
    if (isForAllPages(request)) return void reply.headers(FOR_ALL_PAGES)
    const isOpen = request.url.split('?')[0] === '/api/chat'
    const allowed = allowedOrigin(door.policy, request.headers.origin, { open: isOpen })
    if (allowed) reply.headers({ 'access-control-allow-origin': allowed, vary: 'origin' })
    if (allowed) reply.headers(FOR_ALLOWED_PAGES)
    checkOrigin(allowed ? { ...door.policy, origins: [request.headers.origin!] } : door.policy, request.raw)
    if (request.method === 'OPTIONS' && allowed) return preflight(request, reply)
    await letIn(request, reply)
  })

  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      ...(door.auth.signIn && SECURITY),
      info: { title: 'Streambed', version: door.about.version, description: 'Streaming AI agents on Amazon Bedrock.' },
    },
    transform: described,
  })
  app.register(async (scope) => {
    const routes = scope.withTypeProvider<ZodTypeProvider>()
    knownAs(routes, door)
    audit(routes, door)
    signInRoutes(routes, door)
    accountRoutes(routes, door)
    peopleRoutes(routes, door)
    approvals(routes, door)
    budgets(routes, door)
    catalogue(routes, door)
    chatCompletions(routes, door)
    conversations(routes, door)
    demo(routes, door)
    echo(routes, door)
    events(routes, door)
    files(routes, door)
    mcp(routes, door)
    metrics(routes, door)
    mine(routes, door)
    forms(routes, door)
    limitsInForce(routes, door)
    receipts(routes, door)
    records(routes, door)
    retention(routes, door)
    shares(routes, door)
    state(routes, door)
    usage(routes, door)
    tasksRest(routes, door)
    tokenStream(routes, door)
    uiStream(routes, door)
    agUiStream(routes, door)
    routes.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  })
  webApp(app, door.webRoot)
  return app

  /** Counts a request for its address, or for who sends it. */
  function count(who: Parameters<Quotas['open']>[0], reply: FastifyReply): void {
    door.quotas.spend(who)
    leaveWith(reply.raw, door.quotas.open(who))
  }

  /** Says who asks, and whether they may. Pages are for all: they ask for the rest themselves. */
  async function letIn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { url, config } = request.routeOptions
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const action = url === undefined || url === PAGES ? 'open' : (config.action ?? (isReading ? 'read' : 'write'))
    if (url !== undefined && ALWAYS.has(url)) return
    count(addressOf(request.raw, door.auth.signIn?.trustedProxies ?? 0), reply)
    if (action === 'open') return
    request.principal = await door.auth.identify(request.raw)
    checkSelf(request.raw, request.principal)
    request.owner = request.principal.owner
    count(request.owner, reply)
    if (config.upload) leaveWith(reply.raw, door.quotas.upload(request.owner))
    authorize(request.principal, action)
    reply.raw.once(
      'close',
      presence.enter(request.principal, () => request.raw.destroy()),
    )
  }
}

/** Whoever looks after the server must get an answer however many ask. */
const ALWAYS: ReadonlySet<string> = new Set(['/v1/health', '/v1/ready'])
/** How the description says that one must say who one is (P71). */
const SECURITY = {
  components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ bearer: [] }],
}

/** The route of the web app's files. */
const PAGES = '/*'

/** The chat widget's code is loaded by other pages; what it then asks for is held to P37. */
function isForAllPages({ method, url, routeOptions }: FastifyRequest): boolean {
  return method === 'GET' && routeOptions.url === PAGES && url.startsWith('/widget/')
}

/** What a page of another origin may read beside the body. */
const FOR_ALLOWED_PAGES = {
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-expose-headers': 'retry-after, x-request-id, x-streambed-conversation, x-streambed-ignored',
}

function preflight({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const asked = headers['access-control-request-headers']?.split(',').map((name) => name.trim()) ?? []
  const allowed = [...REQUEST_HEADERS, ...asked.filter((name) => OF_OPENAI.test(name))]
  return reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': allowed.join(', '),
      'access-control-max-age': '600',
    })
    .send()
}

const REQUEST_HEADERS = ['authorization', 'content-type', 'last-event-id', 'x-file-name']
/** What OpenAI's clients tell of themselves. */
const OF_OPENAI = /^x-stainless-[a-z-]{1,40}$/i
