import { Failure, type Form } from '@streambed/client'
import { Check, ClipboardList, MessageSquareText, X } from 'lucide-react'
import { type FormEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react'
import { fieldsOf } from '../forms/fields.ts'
import { SchemaFields } from '../forms/schema-fields.tsx'
import { toolName } from '../forms/wording.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { useChatActions } from './chat-actions.ts'

/** What an agent still needs, asked for by a form; one line once the form is no longer open. */
export const FormCard = memo(function FormCard({ form }: { readonly form: Form }) {
  return form.status === 'open' ? <OpenForm form={form} /> : <EndedForm form={form} />
})

const ENDS = { submitted: Check, cancelled: X, answered: MessageSquareText }

function EndedForm({ form: { tool, status } }: { readonly form: Form }) {
  if (status === 'open') return null
  const Icon = ENDS[status]
  return (
    <p className="flex min-h-8 items-center gap-2 text-sm text-soft">
      <Icon aria-hidden className="size-4 shrink-0 text-faint" />
      <span>
        <span className="font-medium">{toolName(tool)}</span> · {text.form.ended[status]}
      </span>
    </p>
  )
}

function OpenForm({ form }: { readonly form: Form }) {
  const actions = useChatActions()
  const title = useId()
  const box = useRef<HTMLFormElement>(null)
  const fields = useMemo(() => fieldsOf(form.schema), [form.schema])
  const [changes, setChanges] = useState<Readonly<Record<string, unknown>>>({})
  const [state, setState] = useState<'idle' | 'sending' | 'refused'>('idle')
  const [problem, setProblem] = useState<string | null>(null)
  const whole = form.errors.filter(({ field }) => field === '')

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is wrong may come after the refusal
  useEffect(() => {
    if (state === 'refused') box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [state, form.errors])

  const answer = async (action: 'submit' | 'cancel') => {
    setState('sending')
    setProblem(null)
    try {
      await actions.answerForm(form.id, { action, ...(action === 'submit' && { values: changes }) })
      setState('idle')
    } catch (error) {
      const isRefused = error instanceof Failure && error.code === 'form-refused'
      setState(isRefused ? 'refused' : 'idle')
      setProblem(isRefused ? text.form.refused : inWords(error as Error)) // the client throws nothing else
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void answer('submit')
  }
  return (
    <form
      ref={box}
      noValidate
      onSubmit={submit}
      aria-labelledby={title}
      className="max-w-xl animate-appear rounded-xl border border-line bg-raised p-4 shadow-low"
    >
      <h3 id={title} className="flex items-center gap-2 text-[0.9375rem] font-semibold">
        <ClipboardList aria-hidden className="size-4.5 text-accent" />
        {toolName(form.tool)}
      </h3>
      <div className="mt-4">
        <SchemaFields
          fields={fields}
          values={{ ...form.values, ...changes }}
          errors={form.errors}
          missing={form.missing}
          isDisabled={state === 'sending'}
          onChange={(values) => setChanges(changed(values, form.values))}
        />
      </div>
      <div aria-live="polite">
        {[...whole.map(({ message }) => message), problem].filter(Boolean).map((message) => (
          <p key={message} className="mt-4 text-sm text-pretty text-danger">
            {message}
          </p>
        ))}
      </div>
      <div className="mt-5 flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" disabled={state === 'sending'}>
          {state === 'sending' ? text.form.sending : text.form.submit}
        </Button>
        <Button look="quiet" disabled={state === 'sending'} onClick={() => void answer('cancel')}>
          {text.form.cancel}
        </Button>
        <span className="text-xs text-faint max-sm:hidden">{text.form.orInWords}</span>
      </div>
    </form>
  )
}

/** Only what differs: what a form is not told stays as it has it. */
function changed(values: Readonly<Record<string, unknown>>, known: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== known[name]))
}
