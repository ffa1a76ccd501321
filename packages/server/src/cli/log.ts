import { existsSync } from 'node:fs'
import { ConversationId, type ConversationSummary, type LoggedEvent, type Owner } from '@streambed/protocol'
import { openStore, storePath } from '../open-store.ts'
import type { Store } from '../store/store.ts'
import { type Command, Failed, parse, settingsHere, UsageError } from './command.ts'
import { askServer, healthOf, urlGiven, urlOf } from './find-server.ts'
import { printableJson, printableLine } from './printable.ts'
import { story } from './story.ts'

export const log: Command = {
  help: `Tells what happened in a conversation; without one, lists the newest.

Usage: streambed log [options] [conversation]

  --json     every event as a line of JSON, with nothing left out
  --url URL  the server to ask; also STREAMBED_URL, with an API key in STREAMBED_KEY

Without a URL it asks the server that these settings name, and where none runs it reads the store itself.`,

  async run(argv) {
    const { values, positionals } = parse(argv, { json: { type: 'boolean' }, url: { type: 'string' } })
    const [conversation] = positionals
    await using library = await openLibrary(urlGiven(values.url))
    if (conversation === undefined) return list(await library.newest())

    const id = ConversationId.safeParse(conversation)
    if (!id.success) throw new UsageError(`${JSON.stringify(conversation)} is not the id of a conversation.`)
    const pages = library.read(id.data)
    let any = false
    for await (const line of values.json ? linesOfJson(pages) : story(pages)) {
      any = true
      console.log(line)
    }
    if (!any) console.error(`There is no conversation ${conversation}.`)
    return any ? 0 : 1
  },
}

function list(conversations: readonly ConversationSummary[]): number {
  if (conversations.length === 0) console.error('There are no conversations yet.')
  for (const { id, updatedAt, title } of conversations)
    console.log(`${id}  ${updatedAt.slice(0, 16)}  ${printableLine(title ?? '')}`)
  return 0
}

async function* linesOfJson(events: AsyncIterable<LoggedEvent>): AsyncGenerator<string> {
  for await (const event of events) yield printableJson(event)
}

/** Where the logs are read from. */
interface Library extends AsyncDisposable {
  newest(): Promise<readonly ConversationSummary[]>
  /** Every event of a conversation up to now; none when there is no such conversation. */
  read(conversation: ConversationId): AsyncIterable<LoggedEvent>
}

const NEWEST = 20
/** Whose conversations are in a store on a laptop. */
const LOCAL: Owner = { org: 'local', user: 'local' }

async function openLibrary(given: string | undefined): Promise<Library> {
  const settings = settingsHere()
  const url = given ?? urlOf(settings)
  if (await healthOf(url)) return overHttp(url)
  if (given !== undefined) throw new Failed(`No Streambed answers at ${url}. Is it running there?`)
  if (existsSync(storePath(settings))) return fromStore(openStore(settings))
  throw new Failed(`There is no log in ${settings.dataDir}, and no server answers at ${url}.`)
}

function overHttp(url: string): Library {
  return {
    newest: async () =>
      (await askServer<{ items: ConversationSummary[] }>(url, `/v1/conversations?limit=${NEWEST}`))!.items,
    async *read(conversation) {
      for (let after = 0, more = true; more; ) {
        const page = await askServer<Page>(url, `/v1/conversations/${conversation}/events?after=${after}`)
        if (!page) return
        yield* page.events
        after = page.position.seq
        more = page.more
      }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

interface Page {
  readonly events: readonly LoggedEvent[]
  readonly position: { readonly seq: number }
  readonly more: boolean
}

function fromStore(store: Store): Library {
  return {
    newest: async () => (await store.list(LOCAL, { limit: NEWEST })).items,
    async *read(conversation) {
      let entries = await store.read(conversation, 0)
      while (entries.length > 0) {
        yield* entries.map(({ event }) => event)
        entries = await store.read(conversation, entries.at(-1)!.seq)
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
