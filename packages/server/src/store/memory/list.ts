import type { ConversationSummary, Owner } from '@streambed/protocol'
import { decodeCursor, encodeCursor, ListCursor, listCursorOf, SearchCursor } from '../cursor.ts'
import { summaryOf } from '../head.ts'
import type { ListOptions, Page } from '../store.ts'
import { wordsOf } from '../words.ts'
import { bestMatch } from './search.ts'
import { isSame, type Log, type Tables } from './tables.ts'

/** What `Store.list` does: the newest conversations, or those that a query finds. */
export function list(tables: Tables, owner: Owner, options: ListOptions): Page<ConversationSummary> {
  const { query, archived = false } = options
  const mine = [...tables.logs.values()].filter(({ head }) => isSame(owner, head.owner) && head.archived === archived)
  return query?.trim() ? found(mine, query, options, tables.textCount) : newest(mine, options)
}

function newest(mine: readonly Log[], { cursor, limit }: ListOptions): Page<ConversationSummary> {
  const last = cursor === undefined ? undefined : decodeCursor(ListCursor, cursor)
  const heads = mine
    .map(({ head }) => head)
    .sort((a, b) => inListOrder(listCursorOf(a), listCursorOf(b)))
    .filter((head) => !last || inListOrder(last, listCursorOf(head)) < 0)
  const page = heads.slice(0, limit)
  return {
    items: page.map(summaryOf),
    cursor: heads.length > limit ? encodeCursor(listCursorOf(page.at(-1)!)) : null,
  }
}

function found(
  mine: readonly Log[],
  query: string,
  { cursor, limit }: ListOptions,
  textCount: number,
): Page<ConversationSummary> {
  const [, shown, newest] =
    cursor === undefined ? (['search', 0, textCount] as const) : decodeCursor(SearchCursor, cursor)
  const words = wordsOf(query)
  const hits = mine
    .flatMap(({ head, texts }) => {
      const known = texts.filter(({ number }) => number <= newest)
      const match = bestMatch(known, words)
      return match ? [{ head, match }] : []
    })
    .sort((a, b) => b.match.score - a.match.score || inListOrder(listCursorOf(a.head), listCursorOf(b.head)))
  const end = shown + limit
  return {
    items: hits.slice(shown, end).map(({ head, match }) => ({ ...summaryOf(head), snippet: match.snippet })),
    cursor: hits.length > end ? encodeCursor(['search', end, newest]) : null,
  }
}

function inListOrder([, pinnedA, updatedA, idA]: ListCursor, [, pinnedB, updatedB, idB]: ListCursor): number {
  return Number(pinnedB) - Number(pinnedA) || compare(updatedB, updatedA) || compare(idB, idA)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
