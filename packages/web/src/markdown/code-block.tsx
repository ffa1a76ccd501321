import { memo } from 'react'
import { text } from '../text/text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { late } from '../ui/late.ts'

interface CodeBlockProps {
  readonly code: string
  /** As the answer names it; empty where it names none. */
  readonly language: string
}

/** A piece of code with its language and a way to copy it. Long lines scroll in their own box; of long code the first line goes along. */
export const CodeBlock = memo(function CodeBlock({ code, language }: CodeBlockProps) {
  return (
    <figure dir="ltr" className="overflow-clip rounded-lg border border-line bg-sunken">
      <figcaption className="sticky top-0 z-1 flex h-9 items-center justify-between border-b border-line bg-sunken ps-3.5 pe-1 text-xs text-soft">
        <span className="truncate font-mono">{language || text.markdown.plain}</span>
        <CopyButton label={text.markdown.copyCode} content={() => code} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="scrolls-aside px-3.5 py-3 font-mono text-[0.8125rem] leading-relaxed [tab-size:2]">
        <code>
          <Coloured code={code} language={language.toLowerCase()} />
        </code>
      </pre>
    </figure>
  )
})

/** Code shows at once; its colours come when the first piece of code has brought them. */
const useHighlighter = late(async () => (await import('./highlight.ts')).highlight)

function Coloured({ code, language }: CodeBlockProps) {
  const colour = useHighlighter()
  if (!colour || language === '') return code
  return colour(code, language).map(({ kind, text }, index) =>
    kind === 'plain' ? (
      text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece of code is known by its place alone
      <span key={index} className={`token-${kind}`}>
        {text}
      </span>
    ),
  )
}
