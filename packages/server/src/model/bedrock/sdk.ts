import http from 'node:http'
import https from 'node:https'
import type {
  ApplyGuardrailCommandInput,
  ApplyGuardrailCommandOutput,
  BedrockRuntimeClient,
  BedrockRuntimeClientConfig,
  ConverseCommandInput,
  ConverseCommandOutput,
  ConverseStreamCommandInput,
  CountTokensCommandInput,
} from '@aws-sdk/client-bedrock-runtime'

/** Where Bedrock is and who is asking. What is left out is found by the AWS SDK's own rules, at the first call. */
export interface ConnectionOptions {
  /** Default: AWS_REGION, or the profile's. */
  readonly region?: string | undefined
  /** Default: the region's own, or AWS_ENDPOINT_URL_BEDROCK_RUNTIME. */
  readonly endpoint?: string | undefined
  /** The name of a profile in `~/.aws`. */
  readonly profile?: string | undefined
  /** Beats everything in the environment, a bearer token included. */
  readonly credentials?: BedrockRuntimeClientConfig['credentials']
  /** Connections at once; each running answer holds one. Default 2,000. */
  readonly maxSockets?: number | undefined
  /** Milliseconds. Default 3,000. */
  readonly connectionTimeoutMs?: number | undefined
}

/**
 * The AWS SDK, cut down to what is called: it finds credentials, signs, and knows endpoints; retries and decoding are
 * ours.
 */
export interface Connection {
  /**
   * Resolves to the body as soon as a 200 has arrived. Aborting the signal also destroys the body later.
   * @throws SyntaxError for a 200 that holds a page or another document.
   */
  openStream(input: ConverseStreamCommandInput, signal: AbortSignal): Promise<http.IncomingMessage>
  converse(input: ConverseCommandInput, signal: AbortSignal): Promise<ConverseCommandOutput>
  countTokens(input: CountTokensCommandInput, signal: AbortSignal): Promise<number | undefined>
  applyGuardrail(input: ApplyGuardrailCommandInput): Promise<ApplyGuardrailCommandOutput>
  /** Whether this error is that of a kept-alive connection which the other side had already given up. */
  isStale(thrown: unknown): boolean
  close(): void
}

/** Loads the SDK, which takes some 50 ms, so nothing does this before the first call. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-bedrock-runtime'),
    import('@smithy/node-http-handler'),
  ])
  const stale = new WeakSet<object>()
  const agentOptions = {
    keepAlive: true,
    maxSockets: options.maxSockets ?? 2_000,
    maxFreeSockets: options.maxSockets ?? 2_000,
    noDelay: true,
  }
  const client: BedrockRuntimeClient = new sdk.BedrockRuntimeClient({
    ...(options.region !== undefined && { region: options.region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.profile !== undefined && { profile: options.profile }),
    // Otherwise a bearer token in the environment would beat them.
    ...(options.credentials && { credentials: options.credentials, authSchemePreference: ['sigv4'] }),
    maxAttempts: 1,
    // HTTP/1.1: the SDK's HTTP/2 hides broken streams and opens a connection per call.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: options.connectionTimeoutMs ?? 3_000,
      socketTimeout: 0, // silence is the watchdog's business
      socketAcquisitionWarningTimeout: 60_000,
      httpAgent: noticing(new http.Agent(agentOptions), stale),
      httpsAgent: noticing(new https.Agent(agentOptions), stale),
    }),
  })
  takeBodies(client)

  return {
    async openStream(input, signal) {
      const { body } = (await client.send(new sdk.ConverseStreamCommand(input), {
        abortSignal: signal,
      })) as object as Taken
      if (isReadable(body.headers['content-type'])) return body
      body.destroy()
      throw new SyntaxError('The answer is a page and no event stream.')
    },
    converse(input, signal) {
      return client.send(new sdk.ConverseCommand(input), { abortSignal: signal })
    },
    async countTokens(input, signal) {
      return (await client.send(new sdk.CountTokensCommand(input), { abortSignal: signal })).inputTokens
    },
    applyGuardrail(input) {
      return client.send(new sdk.ApplyGuardrailCommand(input), { abortSignal: AbortSignal.timeout(GUARDRAIL_MS) })
    },
    isStale(thrown) {
      return typeof thrown === 'object' && thrown !== null && stale.has(thrown)
    },
    close() {
      client.destroy()
    },
  }
}

/** What proxies and other servers say of their own answers, with status 200. */
function isReadable(contentType = ''): boolean {
  return !/^\s*(text\/|application\/(json|xml|xhtml))/i.test(contentType)
}

/** Somebody waits for it, with nothing to see. */
const GUARDRAIL_MS = 5_000

/** A body that went past the SDK's decoder. */
class Taken {
  readonly body: http.IncomingMessage
  /** The SDK's way back notes attempts here. */
  readonly $metadata = {}

  constructor(body: http.IncomingMessage) {
    this.body = body
  }
}

/**
 * Gives an answer's body out as it comes. The SDK's decoder costs several times what ours does, and a quarter of a millisecond
 * even for a body without a frame; so a body that is to be streamed is thrown past it, from one of its sides to the other.
 */
function takeBodies({ middlewareStack }: BedrockRuntimeClient): void {
  const decoder = 'deserializerMiddleware'
  const take: Middleware =
    (next, { commandName }) =>
    async (args) => {
      const result = await next(args)
      const { statusCode, body } = result.response
      if (commandName !== 'ConverseStreamCommand' || statusCode !== 200) return result
      if (args.request) args.request.body = undefined // the SDK would hold what was sent until the answer is over
      throw new Taken(body)
    }
  const give: Middleware = (next) => async (args) => {
    try {
      return await next(args)
    } catch (thrown) {
      if (thrown instanceof Taken) return { response: undefined, output: thrown }
      throw thrown
    }
  }
  // The SDK's own type of a middleware is generic in what these do not touch.
  middlewareStack.addRelativeTo(take as never, { name: 'takeBody', relation: 'after', toMiddleware: decoder })
  middlewareStack.addRelativeTo(give as never, { name: 'giveBody', relation: 'before', toMiddleware: decoder })
}

// biome-ignore lint/suspicious/noExplicitAny: a result is what the SDK makes of it; these two look at nothing else
type Handler = (args: { request?: { body?: unknown } }) => Promise<any>
type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler

/** Has the agent note the errors of requests on connections that had been used before. */
function noticing<Agent extends http.Agent>(agent: Agent, stale: WeakSet<object>): Agent {
  const reuse = agent.reuseSocket.bind(agent)
  agent.reuseSocket = (socket, request) => {
    reuse(socket, request)
    request.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') stale.add(error)
    })
  }
  return agent
}
