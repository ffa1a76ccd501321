import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ConversationId } from '@streambed/client'
import { useClient, useConversation } from '@streambed/client/react'
import { AlarmClock, BellOff, Clock, MessageSquareText } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { navigate } from '../routes/navigation.ts'
import { routeTo } from '../routes/route.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { toasts } from '../ui/toast.tsx'
import { useNow } from '../ui/use-now.ts'
import type { Alarm } from './alarm.ts'
import { readHeard, writeHeard } from './heard.ts'
import { nextLook, ringing, ringKey } from './ringing.ts'
import { openSound, startRinging, stopRinging } from './sound.ts'
import { useAlarms } from './use-alarms.ts'

const words = pagesText.alarms.ringing
const SNOOZES = [5, 10, 30]
/** While it rings: how often it is looked whether somebody has stopped it elsewhere, in milliseconds. */
const LOOK_MS = 2_500

/** Rings, whatever page is shown, when an alarm does: over everything, aloud where the browser allows it. */
export function Bell() {
  const { items, reload } = useAlarms()
  const [heard, setHeard] = useState(readHeard)
  const now = useNow(items.some(({ rangAt }) => rangAt !== null))
  const current = ringing(items, heard, now)
  const isRinging = current.length > 0

  useEffect(openSound, [])
  useEffect(() => {
    if (!isRinging) return
    startRinging()
    const looking = setInterval(reload, LOOK_MS)
    return () => {
      stopRinging()
      clearInterval(looking)
    }
  }, [isRinging, reload])
  useEffect(() => {
    const at = nextLook(items, Date.now())
    if (at === null) return
    // The longest that a timer can wait; whoever waits longer looks in between.
    const timer = setTimeout(reload, Math.min(at - Date.now(), 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [items, reload])
  useEffect(() => {
    const follow = () => setHeard(readHeard())
    addEventListener('storage', follow) // another tab has stopped it
    return () => removeEventListener('storage', follow)
  }, [])
  useShownOutside(current[0])

  const hear = (alarm: Alarm) => {
    const next = new Set(heard).add(ringKey(alarm))
    writeHeard(next)
    setHeard(next)
  }
  const [first] = current
  const popup = useRef<HTMLDivElement>(null)
  return (
    <AlertDialog.Root open={isRinging}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-80 min-h-dvh bg-[oklch(0.15_0.01_225_/_0.6)]" />
        <AlertDialog.Popup
          ref={popup}
          initialFocus={popup} // whoever is typing must not stop it unheard
          className="fixed top-1/2 left-1/2 z-80 max-h-[90dvh] w-[min(26rem,92vw)] -translate-1/2 overflow-y-auto rounded-2xl border-2 border-warning bg-raised p-6 text-center shadow-float outline-hidden"
        >
          {first && (
            <RingingAlarm key={ringKey(first)} alarm={first} more={current.length - 1} onHeard={() => hear(first)} />
          )}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

interface RingingAlarmProps {
  readonly alarm: Alarm
  /** How many others ring. */
  readonly more: number
  readonly onHeard: () => void
}

function RingingAlarm({ alarm, more, onHeard }: RingingAlarmProps) {
  const records = useClient().records<Alarm>('alarms')
  const act = (action: string, input?: object) => {
    onHeard()
    records
      .act(alarm.id, action, input)
      .catch((error: Error) => toasts.add({ title: `${words.failed} ${error.message}` }))
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

/** In the tab's title, and as a notification of the system where somebody has allowed them. */
function useShownOutside(alarm: Alarm | undefined): void {
  const shown = useRef<Notification | null>(null)
  const key = alarm && ringKey(alarm)
  // biome-ignore lint/correctness/useExhaustiveDependencies: one ring is one notification
  useEffect(() => {
    if (!alarm) return
    const title = document.title
    document.title = `⏰ ${alarm.label}`
    if ('Notification' in globalThis && Notification.permission === 'granted') {
      shown.current = new Notification(alarm.label, { body: alarm.time, tag: key ?? '', requireInteraction: true })
      shown.current.onclick = () => globalThis.focus()
    }
    return () => {
      document.title = title
      shown.current?.close()
    }
  }, [key])
}
