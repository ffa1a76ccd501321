import { useClient, useConversations } from '@streambed/client/react'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/use-now.ts'
import { ConversationRow } from './conversation-row.tsx'
import { groupConversations } from './grouping.ts'
import { useHidden } from './undoable.ts'

/** The conversations under headings of when they were last touched. */
export function ConversationList() {
  const { status, items, more, error, list } = useConversations()
  const hidden = useHidden()
  const now = useNow(false)
  const shown = items.filter((item) => !hidden.has(item.id))

  if (status === 'loading' && items.length === 0) return <ListSkeleton />
  if (status === 'failed' && items.length === 0) return <ListFailed message={error && inWords(error)} />
  if (shown.length === 0) return <p className="px-2.5 py-6 text-sm text-pretty text-faint">{text.sidebar.empty}</p>
  return (
    <>
      {groupConversations(shown, new Date(now)).map(({ name, items }) => (
        <section key={name} className="pt-3">
          <h2 className="px-2.5 pb-1 text-xs font-medium text-faint">{text.sidebar.groups[name]}</h2>
          <ul>
            {items.map((item) => (
              <ConversationRow key={item.id} summary={item} />
            ))}
          </ul>
        </section>
      ))}
      {more && <ShowMore load={() => list.loadMore()} />}
    </>
  )
}

function ShowMore({ load }: { readonly load: () => Promise<unknown> }) {
  const [isLoading, setLoading] = useState(false)
  const press = () => {
    setLoading(true)
    void load().finally(() => setLoading(false))
  }
  return (
    <Button look="quiet" className="mt-3 w-full" disabled={isLoading} onClick={press}>
      {isLoading ? text.sidebar.loadingMore : text.sidebar.more}
    </Button>
  )
}

function ListFailed({ message }: { readonly message: string | null }) {
  const client = useClient()
  return (
    <div className="space-y-3 px-2.5 py-6 text-sm text-soft">
      <p className="text-pretty">
        <CircleAlert aria-hidden className="me-1.5 -mt-0.5 inline size-4 text-danger" />
        {text.sidebar.failed} {message}
      </p>
      <Button onClick={() => client.reconnect()}>{text.failure.retry}</Button>
    </div>
  )
}

export function ListSkeleton() {
  return (
    <div role="status" className="space-y-1 pt-4">
      <span className="sr-only">{text.sidebar.loading}</span>
      {['w-4/5', 'w-3/5', 'w-2/3', 'w-1/2', 'w-3/4', 'w-2/5'].map((width) => (
        <div key={width} className="flex h-9 items-center px-2.5">
          <div className={`h-3 animate-breathe rounded-full bg-chosen ${width}`} />
        </div>
      ))}
    </div>
  )
}
