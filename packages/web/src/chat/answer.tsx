import { type AssistantMessage, type Block, type Form, isOver, type RunId, textOf } from '@streambed/client'
import { ChevronDown, CircleAlert, CircleSlash, Clock, Hourglass, RotateCw, ShieldAlert, Square } from 'lucide-react'
import { lazy, memo, Suspense } from 'react'
import { Markdown } from '../markdown/markdown.tsx'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Pager } from '../ui/pager.tsx'
import { useChatActions } from './chat-actions.ts'
import { Citations } from './citations.tsx'
import { ActiveStep, SettledSteps } from './progress-lines.tsx'
import { Reasoning } from './reasoning.tsx'
import { Receipt } from './receipt.tsx'
import { RetryMenu } from './retry-menu.tsx'
import { ToolCard } from './tool-card.tsx'

// Most conversations do without these: they come with the first that has one.
const Figure = lazy(async () => ({ default: (await import('../figures/figure.tsx')).Figure }))
const BudgetCard = lazy(async () => ({ default: (await import('./budget-card.tsx')).BudgetCard }))
const FormCard = lazy(async () => ({ default: (await import('./form-card.tsx')).FormCard }))

interface AnswerProps {
  readonly answer: AssistantMessage
  /** Who answers, as people call it. */
  readonly agent: string
  /** All answers to the same message, this one among them. */
  readonly versions: readonly AssistantMessage[]
  /** What it asks for. */
  readonly forms: readonly Form[]
}

/** One run's answer, from waiting for its turn to its receipt. */
export function Answer({ answer, agent, versions, forms }: AnswerProps) {
  const actions = useChatActions()
  const over = isOver(answer)
  return (
    <article className="pb-4" aria-busy={answer.status === 'running'}>
      <h2 className="sr-only">{text.answer.by(agent)}</h2>
      <div className="space-y-3">
        <SettledSteps steps={answer.progress.filter((step) => step.status !== 'active')} />
        <Blocks run={answer.id} blocks={answer.blocks} forms={forms} />
        {forms.length > 0 && (
          <Suspense fallback={<Coming />}>
            {forms.map((form) => (
              <FormCard key={form.id} form={form} />
            ))}
          </Suspense>
        )}
        {answer.status === 'queued' && <Queued answer={answer} />}
        {answer.status === 'running' && <UnderWay answer={answer} />}
        {answer.status === 'parked' && <Waiting answer={answer} />}
        {over && <Ending answer={answer} />}
      </div>
      {over && (
        <footer className="-ms-1.5 mt-1.5 flex min-h-8 flex-wrap items-center gap-x-0.5">
          {answer.blocks.some((block) => block.type === 'text') && (
            <CopyButton label={text.answer.copy} content={() => textOf(answer)} />
          )}
          {answer.status === 'done' && (
            <RetryMenu
              button={<IconButton size="small" label={text.answer.retry} icon={RotateCw} />}
              onRetry={(model) => actions.retry(answer.id, model)}
            />
          )}
          {versions.length > 1 && (
            <Pager
              index={versions.findIndex((version) => version.id === answer.id)}
              count={versions.length}
              onChange={(index) => actions.showAnswer(answer.replyTo, versions[index]!.id)}
            />
          )}
          <Receipt answer={answer} />
        </footer>
      )}
    </article>
  )
}

interface BlocksProps extends Pick<AnswerProps, 'forms'> {
  readonly run: RunId
  readonly blocks: readonly Block[]
}

/** What was said and done, in order. Citations are numbered through the whole answer. */
function Blocks({ run, blocks, forms }: BlocksProps) {
  let citations = 0
  return blocks.map((block) => {
    const from = citations + 1
    if (block.type === 'text') citations += block.citations.length
    const hasAsked = block.type === 'tool' && forms.some(({ tool }) => tool === block.name)
    return <OneBlock key={block.block} run={run} block={block} citationsFrom={from} hasAsked={hasAsked} />
  })
}

interface OneBlockProps {
  readonly run: RunId
  readonly block: Block
  readonly citationsFrom: number
  /** It is a tool that asks back by a form. */
  readonly hasAsked: boolean
}

const OneBlock = memo(function OneBlock({ run, block, citationsFrom, hasAsked }: OneBlockProps) {
  switch (block.type) {
    case 'reasoning':
      return <Reasoning block={block} />
    case 'tool':
      return <ToolCard run={run} tool={block} hasAsked={hasAsked} />
    case 'component':
      return (
        <Suspense fallback={<Coming />}>
          <Figure component={block.component} props={block.props} />
        </Suspense>
      )
    case 'text':
      return (
        <div>
          {block.retracted && (
            <p className="mb-1.5 flex items-center gap-2 text-sm text-warning">
              <ShieldAlert aria-hidden className="size-4 shrink-0" />
              {text.answer.retracted}
            </p>
          )}
          <Markdown source={block.text} isOpen={block.open} />
          {!block.open && <Citations citations={block.citations} from={citationsFrom} />}
        </div>
      )
  }
})

/** Stands where something is about to be. */
function Coming() {
  return <div className="h-32 animate-breathe rounded-xl bg-hover" />
}

function Queued({ answer }: { readonly answer: AssistantMessage }) {
  const actions = useChatActions()
  return (
    <div className="flex min-h-8 items-center gap-2 text-sm text-soft">
      <Clock aria-hidden className="size-4 shrink-0 text-faint" />
      {answer.stopping ? text.answer.stopping : text.answer.queued}
      {!answer.stopping && (
        <Button look="quiet" className="px-2" onClick={() => actions.stop(answer.id)}>
          {text.answer.withdraw}
        </Button>
      )}
    </div>
  )
}

function Parked() {
  return (
    <p className="flex min-h-8 items-center gap-2 text-sm text-soft">
      <Hourglass aria-hidden className="size-4 shrink-0 text-warning" />
      {text.answer.parked}
    </p>
  )
}

/** For people: who are asked by the cards of its tools, or by one of its own. */
function Waiting({ answer: { id, questions = [] } }: Pick<AnswerProps, 'answer'>) {
  const question = questions.find(({ answer }) => answer === null)
  if (!question) return <Parked />
  return (
    <Suspense fallback={<Coming />}>
      <BudgetCard key={question.id} run={id} question={question} />
    </Suspense>
  )
}

function UnderWay({ answer }: { readonly answer: AssistantMessage }) {
  if (answer.stopping)
    return (
      <p className="flex min-h-8 items-center gap-2 text-sm text-soft">
        <Square aria-hidden className="size-3.5 shrink-0 animate-breathe fill-current text-faint" />
        {text.answer.stopping}
      </p>
    )
  const steps = answer.progress.filter((step) => step.status === 'active')
  if (steps.length === 0 && isSpeaking(answer)) return null // the words themselves show that something is going on
  if (steps.length > 0) return steps.map((step) => <ActiveStep key={step.id} step={step} />)
  return (
    <p className="flex h-8 items-center gap-1">
      <span className="sr-only">{text.answer.working}</span>
      {[0, 160, 320].map((delay) => (
        <span
          key={delay}
          aria-hidden="true"
          style={{ animationDelay: `${delay}ms` }}
          className="size-1.5 animate-drift rounded-full bg-accent"
        />
      ))}
    </p>
  )
}

/** How it ended, where it did not simply end. */
function Ending({ answer }: { readonly answer: AssistantMessage }) {
  const actions = useChatActions()
  const again = (
    <div className="flex items-center gap-1">
      <Button icon={RotateCw} onClick={() => actions.retry(answer.id)}>
        {text.answer.retry}
      </Button>
      <RetryMenu
        button={<IconButton size="small" label={text.answer.retryWith} icon={ChevronDown} />}
        onRetry={(model) => actions.retry(answer.id, model)}
      />
    </div>
  )
  switch (answer.status) {
    case 'stopped':
      return (
        <Notice tone="info" icon={CircleSlash} actions={again}>
          {answer.blocks.length === 0 ? text.answer.stoppedEmpty : text.answer.stopped}
        </Notice>
      )
    case 'failed':
      return (
        <Notice tone="danger" icon={CircleAlert} actions={again}>
          {answer.error ? inWords(answer.error) : text.answer.failed}
        </Notice>
      )
    case 'interrupted':
      return (
        <Notice tone="warning" icon={CircleAlert} actions={again}>
          {answer.error ? inWords(answer.error) : text.answer.interrupted}
        </Notice>
      )
    case 'limited':
      return (
        <Notice tone="warning" icon={CircleAlert} actions={again}>
          {answer.error ? inWords(answer.error) : answer.limit ? text.answer.limits[answer.limit] : text.answer.failed}
        </Notice>
      )
    default:
      return null
  }
}

function isSpeaking({ blocks }: AssistantMessage): boolean {
  const last = blocks.at(-1)
  return last?.type === 'text' && last.open && last.text !== ''
}
