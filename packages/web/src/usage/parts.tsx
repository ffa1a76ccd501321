import type { ConversationId, UsageReport, UsageSum } from '@streambed/client'
import { useConversations } from '@streambed/client/react'
import type { ReactNode } from 'react'
import { usePeople } from '../admin/use-people.ts'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { modelName } from '../format/model.ts'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { Link } from '../routes/link.tsx'
import { routeTo } from '../routes/route.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { compact } from './compact.ts'
import { tokensOf } from './sums.ts'

const words = pagesText.usage
/** How the server calls everybody whose data were removed. */
const ERASED = 'erased'

/** What the period went into, the most expensive first, each with its share. */
export function Parts({ report }: { readonly report: UsageReport }) {
  const most = Math.max(1, ...report.items.map(weight))
  const shown = report.items.toSorted((one, other) => weight(other) - weight(one)).slice(0, 100)
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-raised">
      {shown.map((sum) => (
        <li key={sum.key} className="flex flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2.5 text-sm">
          <div className="min-w-0 flex-1 basis-52">
            <div className="truncate font-medium">
              <PartName way={report.by} name={sum.key} />
            </div>
            <div className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-(--color-series-1)"
                style={{ width: `${(weight(sum) / most) * 100}%` }}
              />
            </div>
          </div>
          <dl className="grid grid-cols-[5.5rem_4.5rem_5.5rem] text-end tabular-nums max-sm:w-full max-sm:grid-cols-3 max-sm:text-start">
            <Figure name={words.dollars}>{formatMoney(sum.microDollars, text.locale)}</Figure>
            <Figure name={words.tokens}>{compact(tokensOf(sum))}</Figure>
            <Figure name={words.calls}>{formatCount(sum.calls, text.locale)}</Figure>
          </dl>
        </li>
      ))}
    </ul>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-faint">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface PartNameProps {
  readonly way: UsageReport['by']
  readonly name: string
}

function PartName({ way, name }: PartNameProps) {
  const agents = useKnownAgents()
  const { items } = useConversations()
  const people = usePeople()
  if (way === 'user') return name === ERASED ? words.erasedUser : people.nameOf(name)
  if (way === 'model') return modelName(name)
  if (way === 'agent') return agents.find((agent) => agent.name === name)?.title ?? name
  const conversation = items.find(({ id }) => id === (name as ConversationId))
  if (!conversation) return <span className="text-soft">{words.otherConversation}</span>
  return (
    <Link to={routeTo(conversation.id, conversation.agent)} className="hover:underline">
      {conversation.title ?? text.conversation.untitled}
    </Link>
  )
}

/** By what parts are compared: money, or tokens where no price is known. */
function weight(sum: UsageSum): number {
  return sum.microDollars > 0 ? sum.microDollars : tokensOf(sum) / 1e6
}
