import type { ComponentProps } from '@streambed/client'
import { cellText } from './cell.ts'

/** A few facts under a title. */
export function Card({ title, text, fields = [] }: ComponentProps<'card'>) {
  return (
    <section aria-label={title} className="max-w-xl rounded-lg border border-line bg-raised px-4 py-3.5 shadow-low">
      <h3 className="text-[0.9375rem] font-semibold">{title}</h3>
      {text && <p className="mt-1 text-sm text-pretty whitespace-pre-line text-soft">{text}</p>}
      {fields.length > 0 && (
        <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 border-t border-line pt-3 text-sm">
          {fields.map(({ label, value }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two facts may have one name
            <div key={index} className="contents">
              <dt className="text-soft">{label}</dt>
              <dd className="min-w-0 text-end break-words tabular-nums">{cellText(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}
