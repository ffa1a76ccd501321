import { BookmarkPlus, Columns2, FileWarning, Workflow } from 'lucide-react'
import { useState } from 'react'
import { removeUndoably, useHidden } from '../../conversations/undoable.ts'
import { navigate } from '../../routes/navigation.ts'
import { ConnectionNotice } from '../../shell/connection-notice.tsx'
import { PageHeader } from '../../shell/page-header.tsx'
import { useTitle } from '../../shell/use-title.ts'
import { builderText } from '../../text/builder.ts'
import { Button } from '../../ui/button.tsx'
import { WholePage } from '../../ui/whole-page.tsx'
import type { KeptStrategy } from '../saved-strategy.ts'
import { StrategyCard } from './strategy-card.tsx'
import { useOpenStrategy } from './use-open-strategy.ts'
import { type StrategyList, useStrategies } from './use-strategies.ts'

const { strategies: words } = builderText
const build = () => navigate({ name: 'builder', id: null })

/** My Strategies: what was built, named and kept. */
export function StrategiesPage() {
  const list = useStrategies()
  const hidden = useHidden()
  const shown = list.items.filter(({ id }) => !hidden.has(id))
  const [chosen, setChosen] = useState<readonly string[]>([])
  useTitle(words.title)
  const isEmpty = list.status === 'ready' && shown.length === 0

  return (
    <div className="flex h-full flex-col">
      <PageHeader
        actions={
          !isEmpty && (
            <Button look="primary" icon={Workflow} className="mx-1" onClick={build}>
              {words.build}
            </Button>
          )
        }
      >
        <h1 className="truncate text-sm font-semibold">{words.title}</h1>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {list.status === 'failed' ? (
          <ListFailed list={list} />
        ) : isEmpty ? (
          <NothingKept />
        ) : (
          <div className="mx-auto max-w-6xl space-y-4 px-4 pt-2 pb-24 sm:px-6">
            <ConnectionNotice />
            <p className="text-sm text-soft">{words.explanation}</p>
            {list.status === 'loading' ? (
              <Skeleton />
            ) : (
              <Cards list={list} shown={shown} chosen={chosen} onChoose={setChosen} />
            )}
          </div>
        )}
      </div>
      <CompareBar chosen={chosen.filter((id) => shown.some((item) => item.id === id))} onClear={() => setChosen([])} />
    </div>
  )
}

interface CardsProps {
  readonly list: StrategyList
  readonly shown: readonly KeptStrategy[]
  readonly chosen: readonly string[]
  readonly onChoose: (chosen: readonly string[]) => void
}

function Cards({ list, shown, chosen, onChoose }: CardsProps) {
  const { opening, open } = useOpenStrategy()
  return (
    <>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-4">
        {shown.map((record) => (
          <StrategyCard
            key={record.id}
            record={record}
            isOpening={opening === record.id}
            isChosen={chosen.includes(record.id)}
            onChoose={(isChosen) =>
              // A third one takes the place of the older of the two.
              onChoose(isChosen ? [...chosen, record.id].slice(-2) : chosen.filter((id) => id !== record.id))
            }
            onOpen={() => open(record)}
            onRename={(name) => list.rename(record, name)}
            onRemove={() => removeUndoably(record.id, words.deleted(record.name), () => list.remove(record))}
          />
        ))}
      </ul>
      {list.loadMore && (
        <Button look="quiet" className="w-full" onClick={list.loadMore}>
          {words.more}
        </Button>
      )}
    </>
  )
}

interface CompareBarProps {
  readonly chosen: readonly string[]
  readonly onClear: () => void
}

function CompareBar({ chosen, onClear }: CompareBarProps) {
  const [one, other] = chosen
  if (one === undefined) return null
  return (
    <div className="pointer-events-none absolute inset-x-3 bottom-[max(0.75rem,env(safe-area-inset-bottom))] z-20 flex justify-center">
      <div
        role="status"
        className="pointer-events-auto flex animate-appear flex-wrap items-center gap-2 rounded-xl border border-line bg-raised py-2 ps-4 pe-2 text-sm shadow-float"
      >
        <span className="text-soft">{words.chosen(chosen.length)}</span>
        <Button look="quiet" onClick={onClear}>
          {words.clear}
        </Button>
        <Button
          look="primary"
          icon={Columns2}
          disabled={other === undefined}
          onClick={() => other !== undefined && navigate({ name: 'comparison', one, other })}
        >
          {words.compare}
        </Button>
      </div>
    </div>
  )
}

function NothingKept() {
  return (
    <WholePage
      icon={BookmarkPlus}
      title={words.empty.title}
      action={
        <Button look="primary" icon={Workflow} onClick={build}>
          {words.build}
        </Button>
      }
    >
      {words.empty.text}
    </WholePage>
  )
}

function ListFailed({ list }: { readonly list: StrategyList }) {
  const again = (
    <Button look="primary" onClick={list.reload}>
      {words.failed.action}
    </Button>
  )
  return (
    <WholePage icon={FileWarning} title={words.failed.title} action={again}>
      {list.problem}
    </WholePage>
  )
}

function Skeleton() {
  return (
    <div role="status" className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-4">
      <span className="sr-only">{words.loading}</span>
      {[0, 1, 2].map((card) => (
        <div key={card} className="h-72 animate-breathe rounded-xl bg-hover" />
      ))}
    </div>
  )
}
