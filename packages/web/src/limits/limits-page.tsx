import type { LimitInfo } from '@streambed/client/admin'
import { admin } from '../admin/admin.ts'
import { AdminPage } from '../admin/admin-page.tsx'
import { useKnownAgents } from '../chat/use-known-agents.ts'
import { formatMoney } from '../format/money.ts'
import { formatBytes, formatCount } from '../format/numbers.ts'
import { formatDuration } from '../format/time.ts'
import { Section } from '../settings/section.tsx'
import { useList } from '../sign-in/use-list.ts'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'

const words = adminText.limits

/** What limits hold here: read from the server, which has them from its settings. */
export function LimitsPage() {
  const limits = useList(admin.limits)
  const items = limits.value ?? []
  return (
    <AdminPage
      title={adminText.names.limits}
      needs={{ ...limits, isThere: limits.value !== null }}
      failed={words.failed}
    >
      <p className="max-w-2xl text-sm text-pretty text-soft">{words.explanation}</p>
      {[...Map.groupBy(items, ({ of }) => of)].map(([of, group]) => (
        <Section key={of} title={wordOf(words.of, of)}>
          {of === 'agent' ? <OfAgents limits={group} /> : <Limits limits={group} />}
        </Section>
      ))}
      {items.some(({ most }) => most === null) && (
        <p className="px-1 text-xs text-pretty text-faint">{words.noLimitNote}</p>
      )}
    </AdminPage>
  )
}

function Limits({ limits }: { readonly limits: readonly LimitInfo[] }) {
  return (
    <dl className="divide-y divide-line rounded-lg border border-line text-sm">
      {limits.map((limit) => (
        <div key={limit.name} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-0.5 px-4 py-2">
          <dt className="min-w-0 flex-1 basis-36">{wordOf(words.names, limit.name)}</dt>
          <dd className="font-medium tabular-nums">{amountOf(limit)}</dd>
          <dd className="text-end text-2xs break-all text-faint max-sm:basis-full max-sm:text-start sm:w-64">
            {limit.setting ? <code className="font-mono">{limit.setting}</code> : words.fixed}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function OfAgents({ limits }: { readonly limits: readonly LimitInfo[] }) {
  const agents = useKnownAgents()
  const titleOf = (name: string) => agents.find((agent) => agent.name === name)?.title ?? name
  return (
    <dl className="divide-y divide-line rounded-lg border border-line text-sm">
      {[...Map.groupBy(limits, ({ agent = '' }) => agent)].map(([agent, group]) => (
        <div key={agent} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-0.5 px-4 py-2">
          <dt className="min-w-0 flex-1 basis-36 max-sm:basis-full">{titleOf(agent)}</dt>
          {group.map((limit) => (
            <dd key={limit.name} className="tabular-nums sm:w-40 sm:text-end">
              <span className="text-faint">{wordOf(words.names, limit.name)}</span>{' '}
              <span className="font-medium">{amountOf(limit)}</span>
            </dd>
          ))}
        </div>
      ))}
    </dl>
  )
}

function amountOf({ most, unit }: LimitInfo): string {
  if (most === null) return words.none
  const count = formatCount(most, text.locale)
  switch (unit) {
    case 'a minute':
      return words.perMinute(count)
    case 'at once':
      return words.atOnce(count)
    case 'characters':
      return words.characters(count)
    case 'tokens':
      return words.tokens(count)
    case 'bytes':
      return formatBytes(most, text.locale)
    case 'milliseconds':
      return formatDuration(most, text.locale)
    case 'micro-dollars':
      return formatMoney(most, text.locale)
    default:
      return count
  }
}

/** What a name means; a newer server may know names that have no words here. */
function wordOf(known: Readonly<Record<string, string>>, name: string): string {
  return known[name] ?? name
}
