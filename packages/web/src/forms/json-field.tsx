import { useState } from 'react'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'
import { FIELD } from '../ui/field.ts'

interface JsonFieldProps {
  readonly id: string
  readonly value: unknown
  /** Told of what is JSON; while it is not, nothing is told. */
  readonly onChange: (value: unknown) => void
  /** Told whether it is JSON now. */
  readonly onValid?: (isValid: boolean) => void
  readonly disabled?: boolean
  readonly 'aria-label'?: string
  readonly 'aria-describedby'?: string | undefined
}

/** A value written as JSON. */
export function JsonField({ id, value, onChange, onValid, ...props }: JsonFieldProps) {
  const [words, setWords] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [problem, setProblem] = useState<string | null>(null)
  const write = (words: string) => {
    setWords(words)
    const parsed = parse(words)
    setProblem('problem' in parsed ? parsed.problem : null)
    onValid?.(!('problem' in parsed))
    if (!('problem' in parsed)) onChange(parsed.value)
  }
  return (
    <>
      <textarea
        {...props}
        id={id}
        rows={Math.min(16, Math.max(3, words.split('\n').length))}
        spellCheck={false}
        value={words}
        aria-invalid={problem !== null || undefined}
        aria-errormessage={problem === null ? undefined : `${id}-problem`}
        onChange={(event) => write(event.target.value)}
        className={classes(FIELD, 'font-mono text-[0.8125rem] leading-relaxed [tab-size:2]')}
      />
      {problem !== null && (
        <p id={`${id}-problem`} role="status" className="mt-1 text-xs text-danger">
          {text.form.notJson} <span className="font-mono">{problem}</span>
        </p>
      )}
    </>
  )
}

function parse(words: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: words.trim() === '' ? null : JSON.parse(words) }
  } catch (error) {
    return { problem: (error as SyntaxError).message } // JSON.parse throws nothing else
  }
}
