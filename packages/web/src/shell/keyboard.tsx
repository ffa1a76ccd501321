import { lazy, useCallback, useState } from 'react'
import { navigate } from '../routes/navigation.ts'
import { Extra } from '../ui/extra.tsx'
import { type Shortcut, useShortcuts } from './shortcuts.ts'

const Palette = lazy(async () => ({ default: (await import('../palette/palette.tsx')).Palette }))
const HelpSheet = lazy(async () => ({ default: (await import('../palette/help-sheet.tsx')).HelpSheet }))

/** What keys do on every page, and what they open. */
export function Keyboard() {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null)
  const [wasOpen, setWasOpen] = useState<ReadonlySet<string>>(new Set())
  const show = useCallback((what: 'palette' | 'help') => {
    setOpen(what)
    setWasOpen((was) => new Set(was).add(what))
  }, [])
  const act = useCallback(
    (shortcut: Shortcut) => {
      switch (shortcut) {
        case 'palette':
        case 'help':
          return show(shortcut)
        case 'new-chat':
          return navigate({ name: 'start' })
        case 'write':
          return document.querySelector<HTMLElement>('main textarea')?.focus()
      }
    },
    [show],
  )
  useShortcuts(act)
  const close = () => setOpen(null)
  return (
    <Extra>
      {wasOpen.has('palette') && <Palette isOpen={open === 'palette'} onClose={close} onHelp={() => show('help')} />}
      {wasOpen.has('help') && <HelpSheet isOpen={open === 'help'} onClose={close} />}
    </Extra>
  )
}
