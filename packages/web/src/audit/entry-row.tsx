import type { AuditEntry, AuditKind } from '@streambed/client/admin'
import {
  Bot,
  ChevronRight,
  CircleUser,
  Download,
  Funnel,
  KeyRound,
  LogIn,
  type LucideIcon,
  ShieldQuestion,
  Trash2,
  Wallet,
  Wrench,
} from 'lucide-react'
import { formatClock } from '../format/time.ts'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'
import { type Names, sentenceOf } from './sentence.ts'

const words = adminText.audit.details

const ICONS: Readonly<Record<AuditKind, LucideIcon>> = {
  'sign-in': LogIn,
  'account-change': CircleUser,
  'permission-change': KeyRound,
  'budget-change': Wallet,
  export: Download,
  deletion: Trash2,
  'model-call': Bot,
  'tool-call': Wrench,
  approval: ShieldQuestion,
  filter: Funnel,
}

interface EntryRowProps {
  readonly entry: AuditEntry
  readonly names: Names
}

/** One thing that somebody did: a sentence, and all that is known of it when it is unfolded. */
export function EntryRow({ entry, names }: EntryRowProps) {
  const Icon = ICONS[entry.kind] ?? CircleUser // a newer server may have more kinds
  return (
    <li>
      <details className="group/entry">
        <summary className="flex min-h-11 cursor-pointer list-none items-center gap-3 px-4 py-2 text-sm outline-offset-[-2px] transition-colors hover:bg-hover">
          <Icon aria-hidden className="size-4 shrink-0 text-faint" />
          <span className="min-w-0 flex-1 break-words text-pretty">{sentenceOf(entry, names)}</span>
          <time dateTime={entry.at} className="shrink-0 text-xs text-faint tabular-nums">
            {formatClock(new Date(entry.at), text.locale)}
          </time>
          <ChevronRight
            aria-hidden
            className="size-3.5 shrink-0 text-faint transition-transform group-open/entry:rotate-90"
          />
        </summary>
        <Details entry={entry} />
      </details>
    </li>
  )
}

function Details({ entry: { at, user, data } }: Pick<EntryRowProps, 'entry'>) {
  const exact = new Date(at).toLocaleString(text.locale, { dateStyle: 'full', timeStyle: 'long', hourCycle: 'h23' })
  const facts = [
    [words.at, exact],
    ...(user === null ? [] : [[words.user, user]]),
    ...Object.entries(data).map(([name, value]) => [factName(name), factText(value)]),
  ] as const
  return (
    <dl className="mx-4 mb-3 grid grid-cols-[auto_1fr] gap-x-5 gap-y-1 rounded-lg bg-sunken px-3.5 py-2.5 text-xs">
      {facts.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two facts may have one name
        <div key={index} className="contents">
          <dt className="text-faint">{name}</dt>
          <dd className="min-w-0 font-mono break-all">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function factName(name: string): string {
  return (words as Readonly<Record<string, string>>)[name] ?? name
}

function factText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
