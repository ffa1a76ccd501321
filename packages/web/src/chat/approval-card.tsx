import type { Approval, RunId } from '@streambed/client'
import { Check, Pencil, ShieldQuestion, Undo2, X } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { fieldsOf, schemaOfValue } from '../forms/fields.ts'
import { JsonField } from '../forms/json-field.tsx'
import { SchemaFields } from '../forms/schema-fields.tsx'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { QuestionCard, useAnswering } from './question-card.tsx'
import { RawInput, Visible } from './raw-input.tsx'

interface ApprovalCardProps {
  readonly run: RunId
  /** What would run. */
  readonly tool: string
  readonly approval: Approval
}

/** The question whether a tool may run, with exactly what it would run with. */
export function ApprovalCard({ run, tool, approval }: ApprovalCardProps) {
  const answering = useAnswering(run, approval)
  const { isSending, left, answer } = answering
  const [edited, setEdited] = useState<{ readonly input: unknown } | null>(null)
  const [isWhole, setWhole] = useState(true)
  const isChanged = edited !== null && JSON.stringify(edited.input) !== JSON.stringify(approval.input)
  const allow = () => answer(true, isChanged ? { input: edited.input } : undefined)
  const leaveAsItWas = () => {
    setEdited(null)
    setWhole(true)
  }
  return (
    <QuestionCard
      icon={ShieldQuestion}
      title={
        <>
          {text.approval.question} <code className="font-mono text-[0.875em] break-all">{tool}</code>?
        </>
      }
      explanation={<Visible>{approval.reason ?? text.approval.explanation}</Visible>}
      answering={answering}
      actions={
        <>
          <Button look="primary" icon={Check} disabled={isSending || !isWhole || left <= 0} onClick={allow}>
            {isChanged ? text.approval.approveChanged : text.approval.approve}
          </Button>
          <Button icon={X} disabled={isSending} onClick={() => answer(false)}>
            {text.approval.deny}
          </Button>
          {edited === null ? (
            <Button
              look="quiet"
              icon={Pencil}
              disabled={isSending}
              onClick={() => setEdited({ input: approval.input })}
            >
              {text.approval.edit}
            </Button>
          ) : (
            <Button look="quiet" icon={Undo2} disabled={isSending} onClick={leaveAsItWas}>
              {text.approval.asItWas}
            </Button>
          )}
        </>
      }
    >
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
    </QuestionCard>
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
