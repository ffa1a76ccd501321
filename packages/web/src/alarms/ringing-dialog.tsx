import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ConversationId } from '@streambed/client'
import { useClient, useConversation } from '@streambed/client/react'
import { AlarmClock, BellOff, Clock, MessageSquareText } from 'lucide-react'
import { useRef } from 'react'
import { navigate } from '../routes/navigation.ts'
import { routeTo } from '../routes/route.ts'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { toasts } from '../ui/toast.tsx'
import type { Alarm } from './alarm.ts'
import { ringKey } from './ringing.ts'

const words = pagesText.alarms.ringing
const SNOOZES = [5, 10, 30]

interface RingingAlarmProps {
  readonly alarm: Alarm
  /** How many others ring. */
  readonly more: number
  readonly onHeard: () => void
}

/** An alarm that rings, over everything: to be stopped, or to ring again in some minutes. */
export function RingingDialog({ alarm, more, onHeard }: RingingAlarmProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-80 min-h-dvh bg-[oklch(0.15_0.01_225_/_0.6)]" />
        <AlertDialog.Popup
          ref={popup}
          initialFocus={popup} // whoever is typing must not stop it unheard
          className="fixed top-1/2 left-1/2 z-80 max-h-[90dvh] w-[min(26rem,92vw)] -translate-1/2 overflow-y-auto rounded-2xl border-2 border-warning bg-raised p-6 text-center shadow-float outline-hidden"
        >
          <RingingAlarm key={ringKey(alarm)} alarm={alarm} more={more} onHeard={onHeard} />
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function RingingAlarm({ alarm, more, onHeard }: RingingAlarmProps) {
  const records = useClient().records<Alarm>('alarms')
  const act = (action: string, input?: object) => {
    onHeard()
    records
      .act(alarm.id, action, input)
      .catch((error: Error) => toasts.add({ title: `${words.failed} ${inWords(error)}` }))
  }
  return (
    <>
      <div className="mx-auto grid size-16 animate-breathe place-items-center rounded-full bg-warning-soft text-warning">
        <AlarmClock aria-hidden className="size-9" />
      </div>
      <AlertDialog.Title className="mt-4 text-xl font-semibold text-balance break-words">
        {alarm.label}
      </AlertDialog.Title>
      <AlertDialog.Description className="mt-1 text-soft">
        <span className="text-3xl leading-relaxed font-semibold text-ink tabular-nums">{alarm.time}</span>
        <br />
        {alarm.zone}
      </AlertDialog.Description>
      {alarm.conversation && <LateMark alarm={alarm} conversation={alarm.conversation as ConversationId} />}
      <Button look="primary" icon={BellOff} className="mt-5 min-h-12 w-full text-base" onClick={() => act('stop')}>
        {words.stop}
      </Button>
      <fieldset className="mt-3">
        <legend className="mx-auto mb-1.5 flex items-center gap-1.5 text-sm text-soft">
          <Clock aria-hidden className="size-3.5" />
          {words.snooze}
        </legend>
        <div className="grid grid-cols-3 gap-2">
          {SNOOZES.map((minutes) => (
            <Button key={minutes} className="min-h-10" onClick={() => act('snooze', { minutes })}>
              {words.minutes(minutes)}
            </Button>
          ))}
        </div>
      </fieldset>
      {more > 0 && <p className="mt-4 text-sm text-soft">{words.more(more)}</p>}
      {alarm.conversation && (
        <Button
          look="quiet"
          icon={MessageSquareText}
          className="mt-3"
          onClick={() => {
            onHeard()
            navigate(routeTo(alarm.conversation!, 'tasks'))
          }}
        >
          {words.conversation}
        </Button>
      )}
    </>
  )
}

/** Says so where it should have rung while the server was down: the conversation knows. */
function LateMark({ alarm, conversation }: { readonly alarm: Alarm; readonly conversation: ConversationId }) {
  const { notices } = useConversation(conversation).view.conversation
  const notice = notices.findLast(({ kind, data }) => kind === 'alarm' && data?.['alarm'] === alarm.id)
  if (!notice?.late) return null
  const due = typeof notice.data?.['at'] === 'string' ? new Date(notice.data['at']) : null
  const shape = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return (
    <p className="mt-2 text-sm font-medium text-warning">
      {due ? words.lateSince(due.toLocaleString(text.locale, shape)) : words.late}
    </p>
  )
}
