import type { AuditEntry } from '@streambed/client/admin'
import { Download, ScrollText } from 'lucide-react'
import { admin } from '../admin/admin.ts'
import { AdminPage } from '../admin/admin-page.tsx'
import { usePeople } from '../admin/use-people.ts'
import { useBudgetNames } from '../budgets/names.ts'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { useQuery } from '../routes/use-query.ts'
import { useWho } from '../sign-in/account.ts'
import { Problem } from '../sign-in/problem.tsx'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { DownloadLink } from '../ui/download-link.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { EntryRow } from './entry-row.tsx'
import { Filters, isKind } from './filters.tsx'
import type { Names } from './sentence.ts'
import { useAudit } from './use-audit.ts'

const words = adminText.audit
const FILTERS = ['kind', 'user', 'from', 'to'] as const
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Who did what, newest first. */
export function AuditPage() {
  const people = usePeople()
  const names = useNames()
  const [filter, setFilter] = useQuery(FILTERS)
  const { kind, user, from, to } = filter
  const query = {
    ...(isKind(kind) && { kind }),
    ...(user && { user }),
    ...(from && DAY.test(from) && { from }),
    ...(to && DAY.test(to) && { to }),
  }
  const { entries, problem, loadMore, isLast, reload } = useAudit(query)
  const isFiltered = Object.keys(query).length > 0
  return (
    <AdminPage
      title={adminText.names.audit}
      actions={
        <DownloadLink href={admin.auditFile(query)} icon={Download}>
          {words.csv}
        </DownloadLink>
      }
      needs={{ isThere: entries !== null, problem, reload }}
      failed={words.failed}
    >
      <p className="max-w-2xl text-sm text-pretty text-soft">{words.explanation}</p>
      <Filters value={filter} people={people} onChange={setFilter} />
      <Problem of={problem} />
      {entries?.length === 0 && (
        <div className="h-72">
          <WholePage icon={ScrollText} title={isFiltered ? words.empty.filtered : words.empty.title}>
            {words.empty.text}
          </WholePage>
        </div>
      )}
      {byDay(entries ?? []).map(([day, entries]) => (
        <section key={day} aria-label={day}>
          <h2 className="px-1 pb-1.5 text-xs font-semibold text-faint">{day}</h2>
          <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-raised">
            {entries.map((entry) => (
              <EntryRow key={entry.number} entry={entry} names={names} />
            ))}
          </ul>
        </section>
      ))}
      {entries !== null && entries.length > 0 && (
        <div className="flex justify-center">
          {isLast ? (
            <p className="text-xs text-faint">{words.end}</p>
          ) : (
            <Button disabled={!loadMore} onClick={() => loadMore?.()}>
              {words.more}
            </Button>
          )}
        </div>
      )}
    </AdminPage>
  )
}

function useNames(): Names {
  const people = usePeople()
  const who = useWho()
  const agents = useKnownAgents()
  const { nameOf } = useBudgetNames()
  return {
    person: (user) => (user === 'local' && who?.via === 'local' ? words.you : people.nameOf(user)),
    agent: (name) => agents.find((agent) => agent.name === name)?.title ?? name,
    budget: nameOf,
  }
}

/** The entries under the days on which they were made here, in their order. */
function byDay(entries: readonly AuditEntry[]): readonly (readonly [day: string, entries: readonly AuditEntry[]])[] {
  return [...Map.groupBy(entries, ({ at }) => dayOf(new Date(at)))]
}

function dayOf(moment: Date): string {
  const today = new Date()
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  if (moment.toDateString() === today.toDateString()) return words.today
  if (moment.toDateString() === yesterday.toDateString()) return words.yesterday
  return moment.toLocaleDateString(text.locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}
