import type { ConversationSummary } from '@streambed/client'
import { useConversations } from '@streambed/client/react'
import { useEffect, useRef, useState } from 'react'
import { announce } from '../shell/announcer.tsx'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { ListSkeleton } from './conversation-list.tsx'
import { ConversationRow } from './conversation-row.tsx'
import { hitsOf } from './hits.ts'
import { useHidden } from './undoable.ts'

/** How long a pause in typing starts the search. */
const PAUSE_MS = 180

/** What was found, each with the words around the hit. */
export function SearchResults({ query }: { readonly query: string }) {
  const { items, error } = useSearch(query)
  const hidden = useHidden()
  if (error) return <p className="px-2.5 py-6 text-sm text-pretty text-danger">{error}</p>
  if (!items) return <ListSkeleton />
  const shown = items.filter((item) => !hidden.has(item.id))
  if (shown.length === 0)
    return <p className="px-2.5 py-6 text-sm text-pretty text-faint">{text.sidebar.nothingFound(query)}</p>
  return (
    <section className="pt-3">
      <h2 className="px-2.5 pb-1 text-xs font-medium text-faint">{text.sidebar.found(shown.length)}</h2>
      <ul>
        {shown.map((item) => (
          <ConversationRow key={item.id} summary={item}>
            {item.snippet && <Snippet text={item.snippet} />}
          </ConversationRow>
        ))}
      </ul>
    </section>
  )
}

function Snippet({ text }: { readonly text: string }) {
  return (
    <span className="mt-0.5 line-clamp-2 text-xs text-faint">
      {hitsOf(text).map(({ text, hit }, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is known by its place alone
        hit ? <mark key={index}>{text}</mark> : text,
      )}
    </span>
  )
}

interface Found {
  readonly items: readonly ConversationSummary[] | null
  readonly error: string | null
}

/** Searches again when the conversations have changed. The last results stay until newer ones come. */
function useSearch(query: string): Found {
  const { list, items: known } = useConversations()
  const asked = useRef('')
  const [found, setFound] = useState<Found>({ items: null, error: null })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is known of conversations has changed, so may what is found
  useEffect(() => {
    let isWanted = true
    const timer = setTimeout(() => {
      list.search(query).then(
        (items) => {
          if (!isWanted) return
          setFound({ items, error: null })
          if (asked.current !== query)
            announce(items.length === 0 ? text.sidebar.nothingFound(query) : text.sidebar.found(items.length))
          asked.current = query
        },
        (error) => isWanted && setFound({ items: null, error: inWords(error) }),
      )
    }, PAUSE_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [list, query, known])
  return found
}
