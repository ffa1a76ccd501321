import type { Notice as NoticeEvent } from '@streambed/client'
import { AlarmClock, Info, type LucideIcon, Target, TriangleAlert } from 'lucide-react'
import { formatMoment } from '../format/time.ts'
import { Link } from '../routes/link.tsx'
import type { Route } from '../routes/route.ts'
import { text } from '../text/text.ts'
import { Notice } from '../ui/notice.tsx'

/** Something that happened without anybody having asked, and where there is more about it. */
export function NoticeRow({ notice }: { readonly notice: NoticeEvent }) {
  const { level, at, late } = notice
  const more = moreOf(notice)
  return (
    <div className="pb-5">
      <Notice
        tone={level === 'info' ? 'info' : 'warning'}
        icon={iconOf(notice)}
        actions={
          more && (
            <Link to={more.to} className="rounded-md px-2 py-1 font-medium text-accent hover:underline">
              {more.label}
            </Link>
          )
        }
      >
        {late && (
          <span className="me-1.5 rounded-sm bg-warning px-1.5 py-0.5 text-xs text-ground">{text.notice.late}</span>
        )}
        <span className={level === 'alarm' ? 'font-semibold' : undefined}>{notice.text}</span>{' '}
        <time dateTime={at} className="ms-1 text-xs whitespace-nowrap">
          {formatMoment(at, new Date(), text.locale)}
        </time>
      </Notice>
    </div>
  )
}

interface More {
  readonly to: Exclude<Route, { name: 'unknown' }>
  readonly label: string
}

function moreOf({ kind, data }: NoticeEvent): More | null {
  const prediction = data?.['prediction']
  if (kind === 'alarm') return { to: { name: 'alarms' }, label: text.notice.alarms }
  if (kind === 'prediction-due' && typeof prediction === 'string')
    return { to: { name: 'prediction', id: prediction }, label: text.notice.prediction }
  return null
}

function iconOf({ kind, level }: NoticeEvent): LucideIcon {
  if (kind === 'alarm') return AlarmClock
  if (kind === 'prediction-due') return Target
  return level === 'info' ? Info : TriangleAlert
}
