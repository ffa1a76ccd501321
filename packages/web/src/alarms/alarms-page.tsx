import { useClient } from '@streambed/client/react'
import { AlarmClock, BellRing, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { removeUndoably, useHidden } from '../conversations/undoable.ts'
import { timeLeft } from '../format/time.ts'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { Notice } from '../ui/notice.tsx'
import { Switch } from '../ui/switch.tsx'
import { toasts } from '../ui/toast.tsx'
import { useNow } from '../ui/use-now.ts'
import { WholePage } from '../ui/whole-page.tsx'
import { type Alarm, daysInWords, nextInWords } from './alarm.ts'
import { AlarmForm } from './alarm-form.tsx'
import { useAlarms } from './use-alarms.ts'

const words = pagesText.alarms

/** The user's alarms: when they ring, on which days, and the way to set them. */
export function AlarmsPage() {
  const { status, items, problem, reload } = useAlarms()
  const hidden = useHidden()
  const shown = items.filter(({ id }) => !hidden.has(id))
  const [edited, setEdited] = useState<Alarm | 'new' | null>(null)
  const done = () => {
    setEdited(null)
    reload()
  }
  const add = (
    <Button look="primary" icon={Plus} className="mx-1" onClick={() => setEdited('new')}>
      {words.add}
    </Button>
  )
  return (
    <Page title={words.title} actions={add}>
      {status === 'loading' ? (
        <PageLoading />
      ) : status === 'failed' ? (
        <PageFailed title={words.failed} problem={problem} onRetry={reload} />
      ) : shown.length === 0 ? (
        <div className="h-96">
          <WholePage
            icon={AlarmClock}
            title={words.empty.title}
            action={<Button onClick={() => setEdited('new')}>{words.add}</Button>}
          >
            {words.empty.text}
          </WholePage>
        </div>
      ) : (
        <>
          <AllowNotifications />
          <ul className="space-y-3">
            {shown.map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} onEdit={() => setEdited(alarm)} onChanged={reload} />
            ))}
          </ul>
        </>
      )}
      <Dialog
        title={edited === 'new' ? words.form.newTitle : words.form.editTitle}
        isOpen={edited !== null}
        onClose={() => setEdited(null)}
      >
        {edited !== null && <AlarmForm alarm={edited === 'new' ? null : edited} onDone={done} />}
      </Dialog>
    </Page>
  )
}

interface AlarmRowProps {
  readonly alarm: Alarm
  readonly onEdit: () => void
  readonly onChanged: () => void
}

function AlarmRow({ alarm, onEdit, onChanged }: AlarmRowProps) {
  const records = useClient().records<Alarm>('alarms')
  const now = useNow(true)
  const attempt = (change: Promise<unknown>) =>
    change.then(onChanged, (error: Error) => toasts.add({ title: `${words.changeFailed} ${inWords(error)}` }))
  const remove = () => removeUndoably(alarm.id, words.deleted(alarm.label), () => attempt(records.remove(alarm.id)))
  const isElsewhere = alarm.zone !== Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <li
      className={classes(
        'flex items-center gap-4 rounded-xl border border-line bg-raised py-3.5 ps-5 pe-3 shadow-low',
        !alarm.on && 'bg-transparent shadow-none',
      )}
    >
      <div className="flex min-w-0 flex-1 gap-x-4 max-sm:flex-col sm:items-center">
        <div
          className={classes(
            'shrink-0 text-3xl font-semibold tracking-tight tabular-nums sm:w-23',
            !alarm.on && 'text-faint',
          )}
        >
          {alarm.time}
        </div>
        <div className="min-w-0 flex-1">
          <h2 className="line-clamp-2 text-[0.9375rem] font-semibold break-words">{alarm.label}</h2>
          <p className="text-sm text-pretty text-soft">
            {daysInWords(alarm)}
            {isElsewhere && ` · ${alarm.zone}`}
          </p>
          <p className="text-xs text-pretty text-faint">
            {alarm.next === null ? (
              words.off
            ) : (
              <>
                <time dateTime={alarm.next}>{nextInWords(alarm.next, new Date(now))}</time> ·{' '}
                {timeLeft(Date.parse(alarm.next) - now, text.locale)}
                {alarm.snoozedUntil !== null && ` · ${words.snoozed}`}
              </>
            )}
          </p>
        </div>
      </div>
      <Switch
        label={words.switch(alarm.label)}
        isOn={alarm.on}
        onChange={(on) => void attempt(records.patch(alarm.id, { on }))}
      />
      <Menu trigger={<IconButton icon={Ellipsis} label={words.actions(alarm.label)} />}>
        <MenuItem icon={Pencil} onClick={onEdit}>
          {words.edit}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} isDangerous onClick={remove}>
          {words.delete}
        </MenuItem>
      </Menu>
    </li>
  )
}

/** An alarm is heard in this app; the system shows it too where somebody allows that. */
function AllowNotifications() {
  const [permission, setPermission] = useState(() =>
    'Notification' in globalThis ? Notification.permission : 'denied',
  )
  if (permission !== 'default') return null
  const allow = (
    <Button onClick={() => void Notification.requestPermission().then(setPermission)}>{words.allow.action}</Button>
  )
  return (
    <Notice tone="info" icon={BellRing} actions={allow}>
      {words.allow.text}
    </Notice>
  )
}
