import type { Approval, RunId } from '@streambed/client'
import { Check, Pencil, ShieldQuestion, Undo2, X } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { timeLeft } from '../format/time.ts'
import { fieldsOf, schemaOfValue } from '../forms/fields.ts'
import { JsonField } from '../forms/json-field.tsx'
import { SchemaFields } from '../forms/schema-fields.tsx'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { useNow } from '../ui/use-now.ts'
import { useChatActions } from './chat-actions.ts'
import { RawInput, Visible } from './raw-input.tsx'

interface ApprovalCardProps {
  readonly run: RunId
  /** What would run. */
  readonly tool: string
  readonly approval: Approval
}

/** The question whether a tool may run, with exactly what it would run with. */
export function ApprovalCard({ run, tool, approval }: ApprovalCardProps) {
  const actions = useChatActions()
  const title = useId()
  const now = useNow(true)
  const [edited, setEdited] = useState<{ readonly input: unknown } | null>(null)
  const [isWhole, setWhole] = useState(true)
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const isChanged = edited !== null && JSON.stringify(edited.input) !== JSON.stringify(approval.input)
  const left = Date.parse(approval.expiresAt) - now

  const answer = (approved: boolean) => {
    setSending(true)
    setProblem(null)
    const input = approved && isChanged ? { input: edited.input } : {}
    actions
      .approve(run, approval.id, { approved, ...input })
      .catch((error: Error) => setProblem(inWords(error)))
      .finally(() => setSending(false))
  }
  const leaveAsItWas = () => {
    setEdited(null)
    setWhole(true)
  }
  return (
    <section
      aria-labelledby={title}
      className="animate-appear rounded-xl border border-warning/40 bg-raised p-4 shadow-low"
    >
      <div className="flex items-start gap-3">
        <span className="grid size-8 shrink-0 place-items-center rounded-lg bg-warning-soft text-warning">
          <ShieldQuestion aria-hidden className="size-4.5" />
        </span>
        <div className="min-w-0 flex-1">
          <h3 id={title} className="text-[0.9375rem] font-semibold text-pretty">
            {text.approval.question} <code className="font-mono text-[0.875em] break-all">{tool}</code>?
          </h3>
          <p className="mt-0.5 text-sm text-pretty text-soft">
            <Visible>{approval.reason ?? text.approval.explanation}</Visible>
          </p>
        </div>
      </div>
      <div className="mt-3">
        {edited === null ? (
          <RawInput value={approval.input} label={text.approval.input} />
        ) : (
          <InputEditor
            value={edited.input}
            isDisabled={isSending}
            onChange={(input) => setEdited({ input })}
            onValid={setWhole}
          />
        )}
      </div>
      {problem !== null && (
        <p role="alert" className="mt-3 text-sm break-words text-pretty whitespace-pre-wrap text-danger">
          {problem}
        </p>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <Button look="primary" icon={Check} disabled={isSending || !isWhole || left <= 0} onClick={() => answer(true)}>
          {isChanged ? text.approval.approveChanged : text.approval.approve}
        </Button>
        <Button icon={X} disabled={isSending} onClick={() => answer(false)}>
          {text.approval.deny}
        </Button>
        {edited === null ? (
          <Button look="quiet" icon={Pencil} disabled={isSending} onClick={() => setEdited({ input: approval.input })}>
            {text.approval.edit}
          </Button>
        ) : (
          <Button look="quiet" icon={Undo2} disabled={isSending} onClick={leaveAsItWas}>
            {text.approval.asItWas}
          </Button>
        )}
        <span className="ms-auto text-xs text-faint tabular-nums">
          {left > 0 ? text.approval.expires(timeLeft(left, text.locale)) : text.approval.expired}
        </span>
      </div>
    </section>
  )
}

interface InputEditorProps {
  readonly value: unknown
  readonly isDisabled: boolean
  readonly onChange: (value: unknown) => void
  readonly onValid: (isValid: boolean) => void
}

/** Plain values are changed in fields of their own, everything can be changed as JSON. */
function InputEditor({ value, isDisabled, onChange, onValid }: InputEditorProps) {
  const id = useId()
  const [first] = useState(value)
  const fields = useMemo(() => {
    const schema = schemaOfValue(first)
    return schema && fieldsOf(schema)
  }, [first])
  const [way, setWay] = useState<'fields' | 'json'>(fields ? 'fields' : 'json')
  const asJson = (
    <JsonField
      id={`${id}-json`}
      value={value}
      onChange={onChange}
      onValid={onValid}
      disabled={isDisabled}
      aria-label={text.approval.input}
    />
  )
  if (!fields) return asJson
  const change = (way: 'fields' | 'json') => {
    onValid(true) // what was no JSON is left behind
    setWay(way)
  }
  return (
    <Tabs
      label={text.approval.wayToEdit}
      value={way}
      onChange={change}
      options={[
        { value: 'fields', label: text.approval.asFields },
        { value: 'json', label: text.approval.asJson },
      ]}
    >
      {way === 'json' ? (
        asJson
      ) : (
        <SchemaFields
          fields={fields}
          values={value as Record<string, unknown>} // it had a schema of plain fields
          onChange={(values) => onChange(withTexts(values, first))}
          isDisabled={isDisabled}
        />
      )}
    </Tabs>
  )
}

/** A text that was emptied is an empty text to a tool, not nothing. */
function withTexts(values: Readonly<Record<string, unknown>>, first: unknown): unknown {
  const before = first as Readonly<Record<string, unknown>> // it had a schema of plain fields
  const filled = ([name, value]: [string, unknown]) => [name, value ?? (typeof before[name] === 'string' ? '' : null)]
  return Object.fromEntries(Object.entries(values).map(filled))
}
