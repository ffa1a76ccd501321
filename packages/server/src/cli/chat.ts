import { text } from 'node:stream/consumers'
import { type AssistantMessage, ConversationId, isOver, type RequestId } from '@streambed/protocol'
import { answerPrinter } from './answer-printer.ts'
import { type Client, type ConversationHandle, createClient, memoryStorage } from './client.js'
import { type Command, Failed, parse, settingsHere, UsageError } from './command.ts'
import { healthOf, keyHeaders, refusalOf, urlGiven, urlOf } from './find-server.ts'
import { onInterrupt } from './interrupts.ts'
import { askPermissions, questionsOf } from './permissions.ts'
import { printableLine } from './printable.ts'
import { receipt } from './receipt.ts'

export const chat: Command = {
  help: `Says something and streams the answer to the terminal.

Usage: streambed chat [options] "what to say"
       something | streambed chat [options]

  --conversation ID   go on with this one
  --agent NAME        who answers in a new one
  --url URL           the server to ask; also STREAMBED_URL, with an API key in STREAMBED_KEY

Without a URL it asks the server that these settings name, and where none runs it starts one for the time of the answer.
Ctrl-C stops the answer; what was said is kept. Ctrl-C again leaves. The answer goes to stdout, all else to stderr.
Where a tool may act only when you allow it, you are asked: y allows.`,

  async run(argv) {
    const { values, positionals } = parse(argv, {
      conversation: { type: 'string' },
      agent: { type: 'string' },
      url: { type: 'string' },
    })
    const prompt = await readPrompt(positionals)
    await using server = await findOrStart(urlGiven(values.url))
    using client = createClient({ url: server.url, storage: memoryStorage(), headers: keyHeaders() })
    if (values.agent !== undefined) await checkAgent(client, values.agent)
    const handle = open(client, values)
    const answer = await say(client, server.url, handle, prompt)
    if (!answer) return 1
    const { id } = handle
    console.error(`\n${receipt(answer, server.model === 'demo')} · conversation ${id.get()}`)
    return EXIT_CODES[answer.status] ?? 1
  },
}

const EXIT_CODES: Partial<Record<AssistantMessage['status'], number>> = { done: 0, limited: 0, parked: 0, stopped: 130 }

async function readPrompt(positionals: readonly string[]): Promise<string> {
  const prompt = positionals.length > 0 || process.stdin.isTTY ? positionals.join(' ') : await text(process.stdin)
  if (prompt.trim() === '') throw new UsageError('What should be said? For example: streambed chat "Hello"')
  return prompt
}

interface Server extends AsyncDisposable {
  readonly url: string
  readonly model: 'demo' | 'bedrock'
}

/** The server that was named or that runs here; else one of its own. */
async function findOrStart(given: string | undefined): Promise<Server> {
  const settings = settingsHere()
  const url = given ?? urlOf(settings)
  const health = await healthOf(url)
  if (health) return { url, model: health.model, [Symbol.asyncDispose]: async () => {} }
  if (given !== undefined) throw new Failed(`No Streambed answers at ${url}. Is it running there?`)
  const { serve } = await import('../serve.ts') // a whole server, which most calls need not load
  return serve({ ...settings, port: 0, host: '127.0.0.1', auth: ['local'], logLevel: 'silent' })
}

/** Names the agents that there are. A server that does not say which is asked all the same. */
async function checkAgent(client: Client, wanted: string): Promise<void> {
  const names = (await client.agents().catch(() => [])).map(({ name }) => name)
  if (names.length > 0 && !names.includes(wanted))
    throw new Failed(`There is no agent ${JSON.stringify(wanted)}. There are ${names.join(', ')}.`)
}

/** Why the server lets nobody in; undefined while it does. */
function refusalBy({ connection }: Client, url: string): string | undefined {
  const state = connection.get()
  return state.status === 'refused' ? refusalOf(url, state.error) : undefined
}

function open(client: Client, { conversation, agent }: { conversation?: string; agent?: string }): ConversationHandle {
  if (conversation === undefined) return client.startConversation(agent === undefined ? {} : { agent })
  const id = ConversationId.safeParse(conversation)
  if (!id.success) throw new UsageError(`${JSON.stringify(conversation)} is not the id of a conversation.`)
  return client.conversation(id.data)
}

/** Sends, and prints the answer while it comes. Undefined when somebody else must answer first. */
async function say(
  client: Client,
  url: string,
  handle: ConversationHandle,
  prompt: string,
): Promise<AssistantMessage | undefined> {
  const print = answerPrinter()
  const done = Promise.withResolvers<AssistantMessage | undefined>()
  const request = handle.send(prompt)

  using _ = onInterrupt((times) => {
    const answer = answerTo(handle, request)
    if (times > 1 || !answer) process.exit(130)
    console.error('\nStopping; Ctrl-C again to leave at once.')
    handle.stop(answer.id).catch((failure: Error) => console.error(printableLine(failure.message)))
  })
  let isAsking = false
  const ask = async (answer: AssistantMessage) => {
    isAsking = true
    try {
      if (await askPermissions(handle, answer)) return
      console.error(
        `\nNobody is here to allow it: ${questionsOf(answer)
          .map(({ deed }) => deed)
          .join(', ')}. Answer in the app.`,
      )
      done.resolve(answerTo(handle, request))
    } catch (failure) {
      console.error(printableLine((failure as Error).message)) // somebody else was faster: the answer goes on
    } finally {
      isAsking = false
    }
  }
  const look = () => {
    const why = refusalBy(client, url) ?? whyNot(handle, request)
    if (why !== undefined) return done.reject(new Failed(printableLine(why)))
    const answer = answerTo(handle, request)
    if (answer) print(answer, handle.view.get().conversation.forms)
    if (answer && isOver(answer)) return done.resolve(answer)
    const waiting = waitingAnswer(handle) // this one, or one before it that holds it up
    if (waiting && !isAsking) void ask(waiting)
  }
  const settle = tellOfBreaks(client)
  const unfollow = handle.follow()
  const unsubscribe = [handle.view, client.connection].map((readable) => readable.subscribe(look))
  look()
  try {
    return await done.promise
  } finally {
    for (const end of [...unsubscribe, settle]) end()
    unfollow()
  }
}

/** A line when the connection breaks, and one when it is back. Returns how to stop. */
function tellOfBreaks({ connection }: Client): () => void {
  let was: 'new' | 'connected' | 'broken' = 'new'
  return connection.subscribe(() => {
    const { status } = connection.get()
    if (status === 'reconnecting' && was === 'connected') {
      console.error('\n[The connection broke; trying again.]')
      was = 'broken'
    }
    if (status !== 'connected') return
    if (was === 'broken') console.error('[Connected again.]')
    was = 'connected'
  })
}

/** Why there will be no answer; undefined while there is hope. */
function whyNot(handle: ConversationHandle, request: RequestId): string | undefined {
  const { status, error, pending, conversation } = handle.view.get()
  if (status === 'missing') return `There is no conversation ${conversation.id}.`
  if (status === 'failed') return error?.message ?? 'The conversation could not be read.'
  const message = pending.find(({ requestId, state }) => requestId === request && state === 'failed')
  return message && (message.error?.message ?? 'The message could not be sent.')
}

/** The answer that can go on only when somebody allows what its tools would do, or what it would spend. */
function waitingAnswer(handle: ConversationHandle): AssistantMessage | undefined {
  const { messages } = handle.view.get().conversation
  return messages.filter((message) => message.role === 'assistant').find(isWaiting)
}

function isWaiting(answer: AssistantMessage): boolean {
  return answer.status === 'parked' && questionsOf(answer).length > 0
}

function answerTo(handle: ConversationHandle, request: RequestId): AssistantMessage | undefined {
  const { messages } = handle.view.get().conversation
  const question = messages.find((message) => message.role === 'user' && message.requestId === request)
  return messages.filter((message) => message.role === 'assistant').findLast(({ replyTo }) => replyTo === question?.id)
}
