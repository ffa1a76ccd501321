import type { AssistantMessage, Form, MessageId, RunId, Turn } from '@streambed/client'
import { ArrowDown } from 'lucide-react'
import { type ComponentProps, memo, type Ref, useImperativeHandle, useRef } from 'react'
import { Virtualizer } from 'virtua'
import { DemoContext, useIsDemo } from '../demo/is-demo.ts'
import { text } from '../text/text.ts'
import { Answer } from './answer.tsx'
import { NoticeRow } from './notice-row.tsx'
import { PendingMessage } from './pending-message.tsx'
import type { Row } from './timeline.ts'
import { useBottom } from './use-bottom.ts'
import { UserMessage } from './user-message.tsx'

interface MessagesProps {
  readonly rows: readonly Row[]
  /** Which answer is shown where it is not the newest. */
  readonly shownAnswers: ReadonlyMap<MessageId, RunId>
  readonly agentTitle: (name: string) => string
  /** What agents have asked for by a form. */
  readonly forms: readonly Form[]
  readonly ref: Ref<MessagesHandle>
}

export interface MessagesHandle {
  /** Goes to the end and stays there while it grows. */
  goToEnd(): void
}

/** What was said, of which only what is in view is drawn. */
export function Messages({ rows, shownAnswers, agentTitle, forms, ref }: MessagesProps) {
  const isDemo = useIsDemo()
  const scroller = useRef<HTMLDivElement>(null)
  const { isAway, goThere } = useBottom(scroller)
  useImperativeHandle(ref, () => ({ goToEnd: goThere }), [goThere])

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={text.conversation.label}
        className="h-full overflow-x-hidden overflow-y-auto overscroll-contain pb-4 outline-offset-[-2px] [overflow-anchor:none]"
      >
        {/* Space that the scroller had itself would stand above what sticks to its top. */}
        <div className="pt-3">
          <DemoContext value={isDemo}>
            <Virtualizer data={rows} item={Placed} scrollRef={scroller} bufferSize={600} startMargin={12}>
              {(row) => (
                <div key={row.key} className="mx-auto w-full max-w-reading px-4 sm:px-6">
                  {row.type === 'turn' && (
                    <TurnRow
                      turn={row.turn}
                      answer={shownAnswer(row.turn, shownAnswers)}
                      forms={forms}
                      agent={agentTitle(row.turn.answers.at(-1)?.agent ?? '')}
                    />
                  )}
                  {row.type === 'notice' && <NoticeRow notice={row.notice} />}
                  {row.type === 'pending' && <PendingMessage message={row.message} />}
                </div>
              )}
            </Virtualizer>
          </DemoContext>
        </div>
      </section>
      <div className="pointer-events-none absolute inset-x-0 bottom-0 h-6 bg-linear-to-t from-ground to-transparent" />
      {isAway && (
        <button
          type="button"
          onClick={goThere}
          className="absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 animate-appear items-center gap-1.5 rounded-full border border-line bg-raised ps-3 pe-3.5 text-sm font-medium shadow-card hover:bg-hover"
        >
          <ArrowDown aria-hidden className="size-4 text-accent" />
          {text.conversation.latest}
        </button>
      )}
    </div>
  )
}

interface PlacedProps extends ComponentProps<'div'> {
  readonly index: number
}

/**
 * A row where the list wants it. One whose height is not known yet is not seen, but it is there: hidden altogether, it would have
 * no name for a screen reader and lose the focus.
 */
function Placed({ index: _, style: { visibility, ...style } = {}, ...row }: PlacedProps) {
  return <div {...row} style={visibility === 'hidden' ? { ...style, opacity: 0 } : style} />
}

function shownAnswer(turn: Turn, shown: ReadonlyMap<MessageId, RunId>): AssistantMessage | undefined {
  const picked = shown.get(turn.message.id)
  return turn.answers.find((answer) => answer.id === picked) ?? turn.answers.at(-1)
}

interface TurnRowProps {
  readonly turn: Turn
  readonly answer: AssistantMessage | undefined
  /** Of the whole conversation. */
  readonly forms: readonly Form[]
  readonly agent: string
}

/**
 * The path is made anew for each event, but what did not change in it is the same: only that is drawn again which
 * differs.
 */
const TurnRow = memo(
  function TurnRow({ turn, answer, forms, agent }: TurnRowProps) {
    return (
      <>
        <UserMessage message={turn.message} versions={turn.versions} />
        {answer && (
          <Answer
            key={answer.id}
            answer={answer}
            agent={agent}
            versions={turn.answers}
            forms={formsOf(answer, forms)}
          />
        )}
      </>
    )
  },
  (before, after) =>
    before.turn.message === after.turn.message &&
    before.answer === after.answer &&
    before.agent === after.agent &&
    areSame(before.turn.answers, after.turn.answers) &&
    areSame(before.turn.versions, after.turn.versions) &&
    areSame(formsOf(before.answer, before.forms), formsOf(after.answer, after.forms)),
)

/** A form stands below the answer that asked for it last. */
function formsOf(answer: AssistantMessage | undefined, forms: readonly Form[]): readonly Form[] {
  return forms.filter((form) => form.run === answer?.id)
}

function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}
