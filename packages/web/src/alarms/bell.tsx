import { useConversations } from '@streambed/client/react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { saw } from '../conversations/unread.ts'
import { useNow } from '../ui/use-now.ts'
import type { Alarm } from './alarm.ts'
import { readHeard, writeHeard } from './heard.ts'
import { nextLook, rangIn, ringing, ringKey } from './ringing.ts'
import { openSound, startRinging, stopRinging } from './sound.ts'
import { useAlarms } from './use-alarms.ts'

const RingingDialog = lazy(async () => ({ default: (await import('./ringing-dialog.tsx')).RingingDialog }))
/** While it rings: how often it is looked whether somebody has stopped it elsewhere, in milliseconds. */
const LOOK_MS = 2_500

/** Rings, whatever page is shown, when an alarm does: over everything, aloud where the browser allows it. */
export function Bell() {
  const { items, reload } = useAlarms()
  const { items: conversations } = useConversations()
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
    const place = rangIn(alarm, conversations)
    if (place && alarm.rangAt !== null) saw(place.id, alarm.rangAt)
  }
  const [first] = current
  if (!first) return null
  return (
    <Suspense>
      <RingingDialog alarm={first} more={current.length - 1} onHeard={() => hear(first)} />
    </Suspense>
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
