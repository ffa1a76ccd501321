import type { ConversationSummary, Owner } from '@streambed/protocol'
import { decodeCursor, encodeCursor, ListCursor, listCursorOf, SearchCursor } from '../cursor.ts'
import { summaryOf } from '../head.ts'
import type { ListOptions, Page } from '../store.ts'
import type { Database } from './database.ts'
import { HEAD, type HeadRow, type Heads } from './heads.ts'
import type { Owners } from './owners.ts'
import type { Search } from './search.ts'

type List = (owner: Owner, options: ListOptions) => Page<ConversationSummary>

/** What `Store.list` does: the newest conversations, or those that a query finds. */
export function openList(db: Database, owners: Owners, heads: Heads, search: Search): List {
  const select = db.prepare(`
    select ${HEAD} where conversation.owner = ? and conversation.archived = ? and (pinned, updated_at, id) < (?, ?, ?)
    order by pinned desc, updated_at desc, id desc limit ?`)

  return (owner, options) => (options.query?.trim() ? found(owner, options.query, options) : newest(owner, options))

  function newest(owner: Owner, { cursor, limit, archived = false }: ListOptions): Page<ConversationSummary> {
    const [, pinned, updatedAt, id] = cursor === undefined ? BEFORE_ALL : decodeCursor(ListCursor, cursor)
    const number = owners.find(owner)
    if (number === undefined) return { items: [], cursor: null }
    const rows = select.all(number, Number(archived), Number(pinned), updatedAt, id, limit + 1) as unknown as HeadRow[]
    const page = rows.slice(0, limit).map((row) => heads.of(row).head)
    return {
      items: page.map(summaryOf),
      cursor: rows.length > limit ? encodeCursor(listCursorOf(page.at(-1)!)) : null,
    }
  }

  function found(owner: Owner, query: string, options: ListOptions): Page<ConversationSummary> {
    const { cursor, limit, archived = false } = options
    const [, shown, newest] =
      cursor === undefined ? (['search', 0, search.newest()] as const) : decodeCursor(SearchCursor, cursor)
    const number = owners.find(owner)
    const hits = number === undefined ? [] : search.find(number, query, archived, newest)
    const end = shown + limit
    return {
      items: hits.slice(shown, end).map((hit) => {
        const snippet = search.snippet(query, hit)
        return { ...summaryOf(heads.of(hit.row).head), snippet }
      }),
      cursor: hits.length > end ? encodeCursor(['search', end, newest]) : null,
    }
  }
}

/** Sorts before every place in the list: pinned ones are 1, times and ids are plain letters and digits. */
const BEFORE_ALL = ['list', 2, '', ''] as const
