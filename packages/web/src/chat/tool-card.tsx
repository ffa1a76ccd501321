import type { Approval, RunId, ToolBlock } from '@streambed/client'
import { Check, ClipboardList, Clock, LoaderCircle, TriangleAlert } from 'lucide-react'
import { lazy, memo, type ReactNode, Suspense } from 'react'
import { formatDuration, formatMoment } from '../format/time.ts'
import { toolName } from '../forms/wording.ts'
import { CodeBlock } from '../markdown/code-block.tsx'
import { ownWords } from '../text/agents.ts'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { Disclosure } from '../ui/disclosure.tsx'

const ApprovalCard = lazy(async () => ({ default: (await import('./approval-card.tsx')).ApprovalCard }))

interface ToolCardProps {
  readonly run: RunId
  readonly tool: ToolBlock
  /** It was not run, and asks back by a form instead. */
  readonly hasAsked: boolean
}

/**
 * What an agent did with a tool and how it went; behind it the tool's own name, what went in and came out. A tool that must be allowed first
 * asks in the open.
 */
export const ToolCard = memo(function ToolCard({ run, tool, hasAsked }: ToolCardProps) {
  const { approval } = tool
  if (tool.status === 'waiting' && approval && !approval.answer)
    return (
      <Suspense fallback={<div className="h-48 animate-breathe rounded-xl bg-hover" />}>
        <ApprovalCard key={approval.id} run={run} tool={tool.name} approval={approval} />
      </Suspense>
    )
  const summary = (
    <>
      <ToolStatus status={hasAsked && tool.status === 'failed' ? 'asked' : tool.status} />
      <span className="truncate">{toolName(tool.name)}</span>
      {approval?.answer && <span className="shrink-0 text-xs text-faint">{wordOf(approval)}</span>}
      {tool.progress && <span className="truncate text-faint">{tool.progress}</span>}
      {tool.durationMs !== null && (
        <span className="shrink-0 text-xs text-faint">{formatDuration(tool.durationMs, text.locale)}</span>
      )}
    </>
  )
  return (
    <Disclosure summary={summary}>
      <div className="mt-1 space-y-3 border-s-2 border-line ps-4 pb-1 [&_pre]:max-h-96">
        <p className="font-mono text-xs break-all text-faint">{tool.name}</p>
        {approval && <Verdict approval={approval} input={tool.input} />}
        <Section title={text.tool.input}>{shown(tool.inputText !== '' ? tool.inputText : tool.input)}</Section>
        {tool.error !== null && (
          <Section title={text.tool.error}>
            <p className="text-sm break-words whitespace-pre-wrap text-danger">{ownWords(tool.error)}</p>
          </Section>
        )}
        {tool.status === 'done' && <Section title={text.tool.output}>{shown(tool.output)}</Section>}
      </div>
    </Disclosure>
  )
})

/** What people said to it. */
function Verdict({ approval, input }: { readonly approval: Approval; readonly input: unknown }) {
  const { answer } = approval
  if (!answer) return null
  const isChanged = answer.approved && JSON.stringify(input) !== JSON.stringify(approval.input)
  return (
    <p className="text-sm text-soft">
      {wordOf(approval)}
      {isChanged && `, ${text.approval.changed}`} ·{' '}
      <time dateTime={answer.at}>{formatMoment(answer.at, new Date(), text.locale)}</time>
    </p>
  )
}

function wordOf({ answer }: Approval): string {
  if (!answer) return text.tool.waiting
  if (answer.approved) return text.approval.approved
  return answer.by === null ? text.approval.unanswered : text.approval.denied
}

const LOOKS = {
  input: { icon: LoaderCircle, look: 'animate-spin text-accent', label: text.tool.preparing },
  waiting: { icon: Clock, look: 'text-warning', label: text.tool.waiting },
  running: { icon: LoaderCircle, look: 'animate-spin text-accent', label: text.tool.running },
  done: { icon: Check, look: 'text-good', label: text.tool.done },
  asked: { icon: ClipboardList, look: 'text-accent', label: text.tool.asked },
  failed: { icon: TriangleAlert, look: 'text-danger', label: text.tool.failed },
}

function ToolStatus({ status }: { readonly status: keyof typeof LOOKS }) {
  const { icon: Icon, look, label } = LOOKS[status]
  return (
    <>
      <Icon aria-hidden className={classes('size-4 shrink-0', look)} />
      <span className="sr-only">{label}: </span>
    </>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <div className="pb-1 text-xs font-medium text-faint">{title}</div>
      {children}
    </div>
  )
}

/** Words as they are; anything else as JSON that one can read. */
function shown(value: unknown): ReactNode {
  if (value === null || value === undefined || value === '')
    return <p className="text-sm text-faint">{text.tool.nothing}</p>
  if (typeof value === 'string') return <CodeBlock code={value} language="" />
  return <CodeBlock code={JSON.stringify(value, null, 2)} language="json" />
}
