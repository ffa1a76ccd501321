import type { Part } from '@streambed/client'
import { labelOf, toolName, valueInWords } from '../forms/wording.ts'

/** A form as it was sent. */
export function FilledForm({ part }: { readonly part: Extract<Part, { type: 'form' }> }) {
  const values = Object.entries(part.values)
  return (
    <div className="rounded-xl rounded-ee-sm bg-bubble px-4 py-2.5 text-start">
      <p className="text-sm font-semibold">{toolName(part.tool)}</p>
      {values.length > 0 && (
        <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-sm">
          {values.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{labelOf({ name, title: null })}</dt>
              <dd className="min-w-0 break-words whitespace-pre-wrap">{valueInWords(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
