import type { ConversationSummary } from '@streambed/client'
import { useConnection, useConversations } from '@streambed/client/react'
import { ArchiveRestore } from 'lucide-react'
import { useEffect, useState } from 'react'
import { formatMoment } from '../format/time.ts'
import { Link } from '../routes/link.tsx'
import { routeTo } from '../routes/route.ts'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { toasts } from '../ui/toast.tsx'
import { Section } from './section.tsx'

const words = pagesText.settings.archive

/** What was put aside, and the way to take it back. */
export function ArchivedConversations() {
  const { items, problem, loadMore, takeOut } = useArchived()
  return (
    <Section title={words.title} explanation={words.explanation}>
      {problem && <p className="text-sm text-danger">{problem}</p>}
      {items?.length === 0 && <p className="text-sm text-faint">{words.empty}</p>}
      {items && items.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {items.map((item) => (
            <li key={item.id} className="flex min-h-11 items-center gap-2 py-1 ps-4 pe-1.5 text-sm">
              <Link to={routeTo(item.id, item.agent)} className="min-w-0 flex-1 truncate hover:underline">
                {item.title ?? text.conversation.untitled}
              </Link>
              <time dateTime={item.updatedAt} className="shrink-0 text-xs text-faint">
                {formatMoment(item.updatedAt, new Date(), text.locale)}
              </time>
              <IconButton
                size="small"
                icon={ArchiveRestore}
                label={`${text.conversation.unarchive}: ${item.title ?? text.conversation.untitled}`}
                onClick={() => takeOut(item)}
              />
            </li>
          ))}
        </ul>
      )}
      {loadMore && (
        <Button look="quiet" className="mt-3" onClick={loadMore}>
          {text.sidebar.more}
        </Button>
      )}
    </Section>
  )
}

function useArchived() {
  const { list } = useConversations()
  const isConnected = useConnection().status === 'connected'
  const [items, setItems] = useState<readonly ConversationSummary[] | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    if (!isConnected) return
    let isWanted = true
    list.archived().then(
      ({ items, cursor }) => {
        if (!isWanted) return
        setItems(items)
        setCursor(cursor)
        setProblem(null)
      },
      (error: Error) => isWanted && setProblem(inWords(error)),
    )
    return () => {
      isWanted = false
    }
  }, [list, isConnected])
  const readOn = (after: string) =>
    list.archived(after).then(
      ({ items: more, cursor }) => {
        setItems((items) => [...(items ?? []), ...more])
        setCursor(cursor)
      },
      (error: Error) => setProblem(inWords(error)),
    )
  return {
    items,
    problem,
    loadMore: cursor === null ? null : () => void readOn(cursor),
    takeOut(item: ConversationSummary) {
      setItems((items) => items?.filter(({ id }) => id !== item.id) ?? null)
      list.setArchived(item.id, false).catch((error: Error) => {
        setItems((items) => [item, ...(items ?? [])])
        toasts.add({ title: `${text.conversation.changeFailed} ${inWords(error)}` })
      })
    },
  }
}
