import type { SearchText } from '../rules.ts'
import { HIT, wordsOf } from '../words.ts'
import type { Database } from './database.ts'
import { HEAD, type HeadRow } from './heads.ts'

/** The full-text index over titles, messages and answers. */
export interface Search {
  add(owner: number, conversation: number, text: SearchText): void
  erase(conversation: number): void
  /** The number of the newest text: a search that goes on leaves out what came after it began. */
  newest(): number
  /** The conversations that have a text with every word of the query, best match first. */
  find(owner: number, query: string, archived: boolean, newest: number): readonly Hit[]
  snippet(query: string, hit: Hit): string
}

export interface Hit {
  readonly row: HeadRow
  readonly kind: SearchText['kind']
  /** The number of the text that matches best. */
  readonly text: number
}

/** How much of a text can be found. */
const MAX_TEXT = 100_000
/** How many matching texts a search looks at. */
const MAX_MATCHES = 1000
/** Numbers are bound as doubles, with which FTS5 compares no rowid: it leaves the condition out. */
const ROWID = 'cast(? as integer)'
/** What a hit in each column is worth: owner, title, text. */
const WEIGHTS = '0.0, 10.0, 1.0'

export function openSearch(db: Database): Search {
  const addText = db.prepare('insert into search_text (conversation, kind) values (?, ?)')
  const addWords = db.prepare('insert into search (rowid, owner, title, text) values (?, ?, ?, ?)')
  const inTitle = `select number from search_text where conversation = ? and kind = 'title'`
  const inAll = 'select number from search_text where conversation = ?'
  const eraseTitle = eraser(inTitle)
  const eraseAll = eraser(inAll)
  const newest = db.prepare('select coalesce(max(number), 0) as number from search_text')
  const find = db.prepare(`
    select hit.text, hit.kind, ${HEAD}
    join (
      select search.rowid as text, search_text.conversation, search_text.kind, bm25(search, ${WEIGHTS}) as score
      from search join search_text on search_text.number = search.rowid
      where search match ? and search.rowid <= ${ROWID}
      order by score, text desc limit ${MAX_MATCHES}
    ) as hit on hit.conversation = conversation.number
    where conversation.owner = ? and conversation.archived = ?
    order by hit.score, hit.text desc`)
  const titleSnippet = snippetOf(1)
  const textSnippet = snippetOf(2)

  return {
    add(owner, conversation, { kind, text }) {
      if (kind === 'title') eraseTitle(conversation)
      const words = text.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', ' ')
      const { lastInsertRowid } = addText.run(conversation, kind)
      addWords.run(...[lastInsertRowid, wordOf(owner)], ...(kind === 'title' ? [words, ''] : ['', words]))
    },

    erase: eraseAll,

    newest: () => newest.get()!['number'] as number,

    find(owner, query, archived, newest) {
      const match = matchOf(owner, query)
      if (match === undefined) return []
      const best = new Map<number, Hit>()
      for (const row of find.all(match, newest, owner, Number(archived)) as unknown as (HeadRow & Hit)[])
        if (!best.has(row.number)) best.set(row.number, { row, kind: row.kind, text: row.text })
      return [...best.values()]
    },

    snippet(query, { row, kind, text }) {
      const statement = kind === 'title' ? titleSnippet : textSnippet
      return statement.get(matchOf(row.owner, query)!, text)!['snippet'] as string
    },
  }

  function snippetOf(column: number) {
    return db.prepare(`
      select snippet(search, ${column}, '${HIT[0]}', '${HIT[1]}', '…', 16) as snippet
      from search where search match ? and rowid = ${ROWID}`)
  }

  function eraser(numbers: string): (conversation: number) => void {
    const words = db.prepare(`delete from search where rowid in (${numbers})`)
    const texts = db.prepare(`delete from search_text where number in (${numbers})`)
    return (conversation) => {
      words.run(conversation)
      texts.run(conversation)
    }
  }
}

/** Only quoted words reach FTS5, so that no query can say anything in its language. */
function matchOf(owner: number, query: string): string | undefined {
  const words = wordsOf(query)
  if (words.length === 0) return undefined
  return `owner : "${wordOf(owner)}" AND {title text} : (${words.map((word) => `"${word}"`).join(' AND ')} *)`
}

const wordOf = (owner: number): string => `o${owner}`
