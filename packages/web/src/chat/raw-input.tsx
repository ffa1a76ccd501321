import { withInvisible } from './invisible.ts'

/** A value exactly as it is, as JSON; characters that nobody would see are named. */
export function RawInput({ value, label }: { readonly value: unknown; readonly label: string }) {
  const json = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value, null, 2) ?? 'null')
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className="max-h-80 overflow-auto rounded-lg border border-line bg-sunken px-3.5 py-3"
    >
      <pre className="font-mono text-[0.8125rem] leading-relaxed break-words whitespace-pre-wrap [tab-size:2] [unicode-bidi:plaintext]">
        <code dir="ltr">
          <Visible>{json}</Visible>
        </code>
      </pre>
    </section>
  )
}

/** A text in which characters that nobody would see are named. */
export function Visible({ children }: { readonly children: string }) {
  return withInvisible(children).map(({ text, code }, index) =>
    code === null ? (
      text
    ) : (
      <mark
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece of a text is known by its place alone
        key={index}
        className="mx-px rounded-sm bg-danger-soft px-1 font-mono text-[0.9em] font-medium text-danger [unicode-bidi:isolate]"
      >
        {code}
      </mark>
    ),
  )
}
