import type { Conversation, ConversationHandle, LiveState } from '@streambed/client'
import { useConnection } from '@streambed/client/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { announce } from '../shell/announcer.tsx'
import { builderText } from '../text/builder.ts'
import { Button } from '../ui/button.tsx'
import { toasts } from '../ui/toast.tsx'
import { Canvas } from './canvas.tsx'
import { CanvasTools } from './canvas-tools.tsx'
import { EmptyCanvas } from './empty-canvas.tsx'
import { Instruments } from './instruments.tsx'
import { type Opened, OpenedSheet } from './opened-sheet.tsx'
import { canConnect, connect, MAX_NODES, removeParts } from './patches.ts'
import { Situation } from './situation.tsx'
import { isEmpty, readStrategy, type Strategy } from './strategy.ts'
import { momentOf, TimeSlider } from './time-slider.tsx'
import type { Edits } from './use-edits.ts'
import { usePositions } from './use-positions.ts'
import { useSteps } from './use-steps.ts'
import { useUndoing } from './use-undoing.ts'

interface CanvasPaneProps {
  readonly handle: ConversationHandle
  readonly conversation: Conversation
  readonly edits: Edits
  readonly isAnswering: boolean
}

/** The canvas with its instruments, its timeline and the ways to change what is on it. */
export function CanvasPane({ handle, conversation, edits, isAnswering }: CanvasPaneProps) {
  const { state, edit, undo } = edits
  const history = useSteps(handle, conversation.state)
  const [at, setAt] = useState<number | null>(null)
  const [selection, setSelection] = useState<ReadonlySet<string>>(NOTHING)
  const [opened, setOpened] = useState<Opened | null>(null)
  const isConnected = useConnection().status === 'connected'
  const pane = useRef<HTMLDivElement>(null)

  const now = useMemo(() => readStrategy(state.value), [state.value])
  const past = at === null ? null : { step: history.steps?.[at - 1] ?? null }
  const pastValue = past?.step?.value
  const shown = useMemo(() => (at === null ? now : readStrategy(pastValue)), [at, now, pastValue])
  const positions = usePositions(conversation.id, now, shown, isAnswering, state)
  const isNow = !isAnswering && at === null && isConnected
  const isReadOnly = !isNow || !now.isWhole
  const undoing = useUndoing(edits, positions, isNow)
  useGrowthAnnouncement(now, isAnswering)

  const close = () => {
    setOpened(null)
    if (opened && 'part' in opened) focusPart(pane.current, opened.part)
  }
  const remove = (parts: ReadonlySet<string>) => {
    void edit((strategy) => removeParts(strategy, parts)).then((isDone) => {
      if (!isDone) return
      setOpened(null)
      setSelection(NOTHING)
      pane.current?.focus() // what had the focus is gone
      const toast = toasts.add({
        title: builderText.change.removed(parts.size),
        actionProps: {
          children: builderText.change.undo,
          onClick: () => {
            void undo()
            toasts.close(toast)
          },
        },
      })
    })
  }
  const join = (source: string, target: string) => void edit((strategy) => connect(strategy, source, target))
  const add = () => {
    if (now.nodes.length >= MAX_NODES) toasts.add({ title: builderText.canvas.full(MAX_NODES) })
    else setOpened({ after: now.nodes.find(({ id }) => selection.has(id))?.id ?? null })
  }

  if (state.revision === 0 && !isAnswering) return <EmptyCanvas>{builderText.canvas.asleep}</EmptyCanvas>
  return (
    <div ref={pane} tabIndex={-1} className="@container/pane flex h-full min-h-0 flex-col outline-hidden">
      <div className="relative flex min-h-0 flex-1 flex-col @min-[46rem]/pane:flex-row-reverse">
        <Instruments strategy={shown} />
        <div className="relative min-h-0 min-w-0 flex-1 overflow-hidden bg-sunken">
          <Canvas
            flow={shown}
            wholeFlow={at === null ? shown : now}
            positions={positions.positions}
            direction={positions.direction}
            isGrowing={isAnswering}
            isReadOnly={isReadOnly}
            selection={selection}
            onSelect={setSelection}
            onMove={positions.move}
            onOpen={(part, byKey) => setOpened({ part, byKey })}
            onConnect={join}
            canConnect={(source, target) => canConnect(now, source, target)}
            onRemove={remove}
          />
          <div className="absolute top-2 left-2 z-6">
            <CanvasTools
              undoing={undoing}
              isReadOnly={isReadOnly}
              direction={positions.direction}
              onTidy={positions.tidyUp}
              onAdd={add}
            />
          </div>
          <div className="pointer-events-none absolute bottom-3 left-14 right-3 z-6 flex justify-center">
            <Situation
              isAnswering={isAnswering}
              past={past && (past.step ? momentOf(past.step) : builderText.timeline.start)}
              isConnected={isConnected}
              problem={now.isWhole ? null : whyNotWhole(now, state)}
            />
          </div>
        </div>
        <OpenedSheet
          opened={opened}
          shown={shown}
          isReadOnly={isReadOnly}
          edits={edits}
          onJoin={join}
          onRemove={(parts) => remove(new Set(parts))}
          onClose={close}
        />
      </div>
      {history.steps && history.steps.length > 0 && (
        <TimeSlider
          steps={history.steps}
          at={at}
          onChange={(at) => {
            setAt(at)
            setOpened(null)
          }}
        />
      )}
      {history.hasFailed && (
        <p className="flex items-center justify-between gap-3 border-t border-line px-4 py-2 text-sm text-soft">
          {builderText.timeline.failed}
          <Button onClick={history.reload}>{builderText.timeline.again}</Button>
        </p>
      )}
    </div>
  )
}

const NOTHING: ReadonlySet<string> = new Set()

function whyNotWhole(strategy: Strategy, { redo }: LiveState): string {
  const { undone, asleep, unfinished } = builderText.canvas
  return isEmpty(strategy) ? (redo.length > 0 ? undone : asleep) : unfinished
}

/** Tells those who listen what an answer has drawn, once it is over. */
function useGrowthAnnouncement(strategy: Strategy, isAnswering: boolean) {
  const known = useRef(strategy)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the end of an answer counts
  useEffect(() => {
    if (!isAnswering && known.current.nodes !== strategy.nodes && strategy.nodes.length > 0)
      announce(builderText.canvas.grown(strategy.nodes.length))
    known.current = strategy
  }, [isAnswering])
}

function focusPart(pane: HTMLElement | null, part: string) {
  pane?.querySelector<HTMLElement>(`.react-flow [data-id="${CSS.escape(part)}"]`)?.focus({ preventScroll: true })
}
