import type { ConversationId, ConversationSummary, ErrorBody } from '@streambed/protocol'
import type { Clock } from '../clock.ts'
import { backOff } from '../connection/back-off.ts'
import type { Connection } from '../connection/connection.ts'
import { failureOf, quiet } from '../failure.ts'
import type { Http } from '../http.ts'
import { Cell, type Readable } from '../readable.ts'

/** The user's conversations: pinned first, then newest first. Archived ones are left out. */
export interface ConversationList {
  readonly view: Readable<ConversationListView>
  /** Reads the list and keeps it fresh, until as many releases were called as watches. */
  watch(): () => void
  /** Reads the next page. */
  loadMore(): Promise<void>
  /** A page of the archived ones, newest first; `cursor` goes on where the page before ended. */
  archived(cursor?: string): Promise<ConversationPage>
  /** Best match first, over titles, messages and answers. */
  search(query: string): Promise<readonly ConversationSummary[]>
  // The following show at once, and are taken back when the server says no: the promise then rejects with a `Failure`.
  rename(id: ConversationId, title: string): Promise<void>
  setPinned(id: ConversationId, pinned: boolean): Promise<void>
  setArchived(id: ConversationId, archived: boolean): Promise<void>
  remove(id: ConversationId): Promise<void>
}

export interface ConversationListView {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly items: readonly ConversationSummary[]
  /** Whether `loadMore` has more. */
  readonly more: boolean
  /** Why the last reading failed. What was read before stays. */
  readonly error: ErrorBody | null
}

interface ListParts {
  readonly connection: Connection
  readonly http: Http
  readonly clock: Clock
}

export interface ConversationPage {
  readonly items: readonly ConversationSummary[]
  /** Null at the end. */
  readonly cursor: string | null
}

type Change = Partial<Pick<ConversationSummary, 'title' | 'pinned' | 'archived'>> & { readonly removed?: true }

const PAGE = 50
/** How long to gather hints that the list has changed: they come in swarms. */
const GATHER_MS = 300

/** The list as the server has it, with the changes on top of it that the server has not confirmed yet. */
export class LiveList implements ConversationList, Disposable {
  readonly #parts: ListParts
  readonly #view = new Cell<ConversationListView>({ status: 'loading', items: [], more: false, error: null })
  readonly #unlisten: () => void
  /** Changes under way, oldest first. */
  readonly #changes = new Map<symbol, { readonly id: ConversationId; readonly change: Change }>()
  #items: readonly ConversationSummary[] = []
  #cursor: string | null = null
  #status: ConversationListView['status'] = 'loading'
  #error: ErrorBody | null = null
  #watchers = 0
  #tries = 0
  /** The reading under way; another one must not overtake it. */
  #reading: Promise<void> | null = null
  #isStale = false
  #cancelRead: (() => void) | null = null

  constructor(parts: ListParts) {
    this.#parts = parts
    this.#unlisten = parts.connection.listen({
      opened: () => this.#watchers > 0 && this.#start(),
      received: (frame) => frame.type === 'changed' && this.#readSoon(GATHER_MS),
    })
  }

  get view(): Readable<ConversationListView> {
    return this.#view
  }

  readonly watch = (): (() => void) => {
    if (++this.#watchers === 1) this.#start()
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#watchers -= 1
    }
  }

  readonly loadMore = (): Promise<void> => {
    return quiet(
      (async () => {
        await this.#reading
        if (this.#cursor === null) return
        const { items, cursor } = await this.#page(this.#cursor)
        const known = new Set(this.#items.map((item) => item.id))
        this.#items = [...this.#items, ...items.filter((item) => !known.has(item.id))]
        this.#cursor = cursor
        this.#publish()
      })(),
    )
  }

  readonly archived = (cursor?: string): Promise<ConversationPage> => {
    const query = new URLSearchParams({ archived: 'true', ...(cursor !== undefined && { cursor }) })
    return this.#parts.http.json(`/v1/conversations?${query}`)
  }

  readonly search = async (query: string): Promise<readonly ConversationSummary[]> => {
    const { items } = await this.#parts.http.json<ConversationPage>(
      `/v1/conversations?${new URLSearchParams({ query })}`,
    )
    return items
  }

  readonly rename = (id: ConversationId, title: string) => this.#change(id, { title })
  readonly setPinned = (id: ConversationId, pinned: boolean) => this.#change(id, { pinned })
  readonly setArchived = (id: ConversationId, archived: boolean) => this.#change(id, { archived })
  readonly remove = (id: ConversationId) => this.#change(id, { removed: true });

  [Symbol.dispose](): void {
    this.#unlisten()
    this.#cancelRead?.()
    this.#watchers = 0
  }

  #start(): void {
    this.#parts.connection.send({ type: 'watch' })
    this.#readSoon(0)
  }

  #readSoon(ms: number): void {
    if (this.#watchers === 0) return
    this.#cancelRead ??= this.#parts.clock.after(ms, () => {
      this.#cancelRead = null
      if (this.#reading) this.#isStale = true
      else this.#reading = this.#read().finally(() => this.#hasRead())
    })
  }

  #hasRead(): void {
    this.#reading = null
    if (this.#isStale) this.#readSoon(GATHER_MS)
    this.#isStale = false
  }

  /** Reads as many pages as are on show. */
  async #read(): Promise<void> {
    try {
      const wanted = Math.max(PAGE, this.#items.length)
      let page = await this.#page(null)
      const items = [...page.items]
      while (items.length < wanted && page.cursor !== null) {
        page = await this.#page(page.cursor)
        items.push(...page.items)
      }
      this.#items = items
      this.#cursor = page.cursor
      this.#status = 'ready'
      this.#error = null
      this.#tries = 0
    } catch (thrown) {
      const { body } = failureOf(thrown)
      this.#error = body
      if (body.retry) this.#readSoon(body.retryAfterMs ?? backOff(++this.#tries + 1, this.#parts.clock.random()))
      else if (this.#items.length === 0) this.#status = 'failed'
    }
    this.#publish()
  }

  #page(cursor: string | null): Promise<ConversationPage> {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== null && { cursor }) })
    return this.#parts.http.json<ConversationPage>(`/v1/conversations?${query}`)
  }

  #change(id: ConversationId, change: Change): Promise<void> {
    const key = Symbol(id)
    this.#changes.set(key, { id, change })
    this.#publish()
    return quiet(this.#carry(id, change).finally(() => this.#settle(key)))
  }

  async #carry(id: ConversationId, change: Change): Promise<void> {
    const path = `/v1/conversations/${encodeURIComponent(id)}`
    if (change.removed) await this.#parts.http.json<void>(path, { method: 'DELETE' })
    else await this.#parts.http.json(path, { method: 'PATCH', body: change })
    this.#items = changed(this.#items, id, change) // now it is true
  }

  #settle(key: symbol): void {
    this.#changes.delete(key)
    this.#publish()
    this.#readSoon(GATHER_MS)
  }

  #publish(): void {
    let items = this.#items
    for (const { id, change } of this.#changes.values()) items = changed(items, id, change)
    this.#view.set({ status: this.#status, items, more: this.#cursor !== null, error: this.#error })
  }
}

function changed(items: readonly ConversationSummary[], id: ConversationId, change: Change) {
  if (change.removed || change.archived) return items.filter((item) => item.id !== id)
  const next = items.map((item) => (item.id === id ? { ...item, ...change } : item))
  return change.pinned === undefined ? next : next.toSorted(pinnedThenNewest)
}

function pinnedThenNewest(one: ConversationSummary, other: ConversationSummary): number {
  return Number(other.pinned) - Number(one.pinned) || (one.updatedAt < other.updatedAt ? 1 : -1)
}
