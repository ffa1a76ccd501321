import { Fragment } from 'react'
import { keyName, SHORTCUTS, type Shortcut } from '../shell/shortcuts.ts'
import { pagesText } from '../text/pages.ts'
import { Dialog } from '../ui/dialog.tsx'

const words = pagesText.shortcuts

interface HelpSheetProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** What can be done by keys. */
export function HelpSheet({ isOpen, onClose }: HelpSheetProps) {
  const own = (Object.keys(SHORTCUTS) as Shortcut[]).map((name) => [words.names[name], SHORTCUTS[name]] as const)
  return (
    <Dialog title={words.title} isOpen={isOpen} onClose={onClose}>
      <Keys title={words.anywhere} rows={own} />
      <Keys
        title={words.writing}
        rows={[
          [words.send, ['Enter']],
          [words.line, ['Shift', 'Enter']],
          [words.leave, ['Esc']],
        ]}
      />
    </Dialog>
  )
}

interface KeysProps {
  readonly title: string
  readonly rows: readonly (readonly [string, readonly string[]])[]
}

function Keys({ title, rows }: KeysProps) {
  return (
    <section className="pb-4">
      <h3 className="pb-1 text-xs font-medium text-faint">{title}</h3>
      <dl className="divide-y divide-line">
        {rows.map(([name, keys]) => (
          <div key={name} className="flex min-h-10 items-center justify-between gap-4 py-1.5 text-sm">
            <dt>{name}</dt>
            <dd className="flex items-center gap-1">
              {keys.map((key, nth) => (
                <Fragment key={key}>
                  {nth > 0 && <span className="text-xs text-faint">+</span>}
                  <kbd className="min-w-6 rounded-sm border border-line bg-sunken px-1.5 py-0.5 text-center font-sans text-xs">
                    {keyName(key)}
                  </kbd>
                </Fragment>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
