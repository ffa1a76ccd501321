import type { ConversationSummary } from '@streambed/client'
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { Link } from '../routes/link.tsx'
import { useRoute } from '../routes/navigation.ts'
import { routeTo } from '../routes/route.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { ConversationMenu } from './conversation-menu.tsx'
import { RenameField } from './rename-field.tsx'
import { isUnread, useSeen } from './unread.ts'
import { useChanges } from './use-changes.ts'

interface ConversationRowProps {
  readonly summary: ConversationSummary
  /** What stands below the title. */
  readonly children?: ReactNode
}

/** One conversation in the list, with what can be done to it. */
export function ConversationRow({ summary, children }: ConversationRowProps) {
  const route = useRoute()
  const changes = useChanges(summary)
  const [isRenaming, setRenaming] = useState(false)
  const menuButton = useRef<HTMLButtonElement>(null)
  const row = useRef<HTMLLIElement>(null)
  useFocusOfNeighbour(row)
  const title = summary.title ?? text.conversation.untitled
  const isShown = (route.name === 'conversation' || route.name === 'builder') && route.id === summary.id

  const hasNews = isUnread(summary, useSeen()) && !isShown

  const finishRenaming = (title: string | null) => {
    setRenaming(false)
    if (title !== null) changes.rename(title)
    requestAnimationFrame(() => menuButton.current?.focus())
  }
  if (isRenaming)
    return (
      <li>
        <RenameField title={summary.title ?? ''} onDone={finishRenaming} />
      </li>
    )
  return (
    <li ref={row} className="group/row relative">
      <Link
        to={routeTo(summary.id, summary.agent)}
        aria-current={isShown ? 'page' : undefined}
        className={classes(
          'block rounded-md py-2 px-2.5 text-sm leading-5 transition-colors group-hover/row:pe-10 pointer-coarse:py-3',
          'group-focus-within/row:pe-10 group-has-data-popup-open/row:pe-10 pointer-coarse:pe-11',
          isShown ? 'bg-chosen text-ink' : 'text-soft hover:bg-hover hover:text-ink',
        )}
      >
        <span className="flex items-center gap-2">
          <span className={classes('min-w-0 flex-1 truncate', hasNews && 'font-semibold text-ink')}>{title}</span>
          {hasNews && (
            <span className="size-2 shrink-0 rounded-full bg-accent">
              <span className="sr-only">{text.sidebar.unread}</span>
            </span>
          )}
          {summary.activeRun && (
            <span className="size-2 shrink-0 animate-breathe rounded-full bg-accent">
              <span className="sr-only">{text.sidebar.running}</span>
            </span>
          )}
        </span>
        {children}
      </Link>
      <div className="absolute top-1 right-1 opacity-0 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-100">
        <ConversationMenu conversation={summary} buttonRef={menuButton} onRename={() => setRenaming(true)} />
      </div>
    </li>
  )
}

/** When a row goes that somebody was in, or in whose menu, they are in the next one. */
function useFocusOfNeighbour(row: RefObject<HTMLElement | null>) {
  useLayoutEffect(() => {
    const own = row.current
    return () => {
      const focused = document.activeElement
      if (!own?.contains(focused) && !focused?.closest('[role=menu]')) return
      const rows = [...(own?.closest('nav')?.querySelectorAll('section li') ?? [])]
      const at = rows.indexOf(own!)
      const next = rows[at + 1] ?? rows[at - 1]
      requestAnimationFrame(() => {
        if (!document.activeElement || document.activeElement === document.body) next?.querySelector('a')?.focus()
      })
    }
  }, [row])
}
