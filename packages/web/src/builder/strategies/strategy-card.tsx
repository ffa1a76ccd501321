import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { memo, useMemo, useRef, useState } from 'react'
import { RenameField } from '../../conversations/rename-field.tsx'
import { formatMoment } from '../../format/time.ts'
import { builderText } from '../../text/builder.ts'
import { text } from '../../text/text.ts'
import { IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { FlowPicture } from '../flow-picture.tsx'
import { formatDollars, formatPercent } from '../numbers.ts'
import { RiskMark } from '../risk-mark.tsx'
import type { KeptStrategy } from '../saved-strategy.ts'
import { readStrategy } from '../strategy.ts'

interface StrategyCardProps {
  readonly record: KeptStrategy
  readonly isOpening: boolean
  readonly isChosen: boolean
  readonly onChoose: (isChosen: boolean) => void
  readonly onOpen: () => void
  readonly onRename: (name: string) => void
  readonly onRemove: () => void
}

/** One kept strategy: its shape, its numbers, and what can be done with it. */
export const StrategyCard = memo(function StrategyCard(props: StrategyCardProps) {
  const { record, isOpening, isChosen, onChoose, onOpen, onRename, onRemove } = props
  const { strategies: words, instruments } = builderText
  const strategy = useMemo(() => readStrategy(record.strategy), [record.strategy])
  const [isRenaming, setRenaming] = useState(false)
  const menuButton = useRef<HTMLButtonElement>(null)
  const finishRenaming = (name: string | null) => {
    setRenaming(false)
    if (name !== null) onRename(name.slice(0, 100))
    requestAnimationFrame(() => menuButton.current?.focus())
  }
  const { risk, monthlyReturn, capital, nodes } = strategy
  return (
    <li
      className={classes(
        'group/card relative flex animate-appear flex-col rounded-xl border bg-raised shadow-low transition-[border-color,box-shadow] focus-within:shadow-card hover:shadow-card',
        isChosen ? 'border-accent' : 'border-line hover:border-edge',
      )}
    >
      <div className="h-40 overflow-hidden rounded-t-xl bg-sunken p-2">
        <FlowPicture flow={strategy} label={words.preview(record.name)} direction="right" className="size-full" />
      </div>
      <div className="flex flex-1 flex-col gap-2.5 p-3.5">
        <div className="flex items-start gap-1">
          {isRenaming ? (
            <RenameField title={record.name} label={words.renameLabel} onDone={finishRenaming} />
          ) : (
            <>
              <h2 className="min-w-0 flex-1 pt-1 text-sm font-semibold">
                <button
                  type="button"
                  onClick={onOpen}
                  disabled={isOpening}
                  className="line-clamp-2 text-start after:absolute after:inset-0 after:rounded-xl focus-visible:outline-hidden focus-visible:after:outline-2 focus-visible:after:outline-accent"
                >
                  {isOpening ? words.opening : record.name}
                </button>
              </h2>
              <div className="relative z-1 -me-1.5">
                <Menu
                  trigger={
                    <IconButton ref={menuButton} size="small" icon={Ellipsis} label={words.actions(record.name)} />
                  }
                >
                  <MenuItem icon={Pencil} onClick={() => setRenaming(true)}>
                    {words.rename}
                  </MenuItem>
                  <MenuItem icon={Trash2} isDangerous onClick={onRemove}>
                    {words.delete}
                  </MenuItem>
                </Menu>
              </div>
            </>
          )}
        </div>
        <dl className="grid grid-cols-3 gap-2 text-xs">
          <Figure label={instruments.risk}>{risk ? <RiskMark risk={risk} /> : instruments.unknown}</Figure>
          <Figure label={instruments.monthlyReturn}>
            {monthlyReturn === null ? instruments.unknown : formatPercent(monthlyReturn, text.locale)}
          </Figure>
          <Figure label={instruments.capital}>
            {capital === null ? instruments.unknown : formatDollars(capital, text.locale)}
          </Figure>
        </dl>
        <div className="mt-auto flex items-center justify-between gap-2 border-t border-line pt-2.5 text-xs text-faint">
          <span>
            {words.savedAt(formatMoment(record.savedAt ?? record.createdAt, new Date(), text.locale))} ·{' '}
            {words.steps(nodes.length)}
          </span>
          <label className="relative z-1 -my-1 flex min-h-8 cursor-pointer items-center gap-1.5 rounded-md px-1.5 text-soft hover:text-ink">
            <input
              type="checkbox"
              checked={isChosen}
              onChange={(event) => onChoose(event.target.checked)}
              aria-label={words.choose(record.name)}
              className="size-4 accent-accent"
            />
            {words.compare}
          </label>
        </div>
      </div>
    </li>
  )
})

function Figure({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-2xs text-faint">{label}</dt>
      <dd className="truncate text-sm font-semibold tabular-nums">{children}</dd>
    </div>
  )
}
