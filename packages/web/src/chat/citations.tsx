import type { Citation } from '@streambed/client'
import { ExternalLink } from 'lucide-react'
import { allowedLink } from '../markdown/policy.ts'
import { text } from '../text/text.ts'
import { Popover } from '../ui/popover.tsx'

interface CitationsProps {
  readonly citations: readonly Citation[]
  /** The number of the first one. */
  readonly from: number
}

/** Where a passage has it from: numbered chips, each with its source behind it. */
export function Citations({ citations, from }: CitationsProps) {
  if (citations.length === 0) return null
  return (
    <ul aria-label={text.answer.sources} className="mt-3 flex flex-wrap gap-1.5">
      {citations.map((citation, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a citation is known by its number
        <li key={index} className="min-w-0">
          <CitationChip citation={citation} number={from + index} />
        </li>
      ))}
    </ul>
  )
}

function CitationChip({ citation, number }: { readonly citation: Citation; readonly number: number }) {
  const link = allowedLink(citation.source)
  const chip = (
    <button
      type="button"
      className="flex h-7 max-w-60 items-center gap-1.5 rounded-full border border-line bg-raised ps-1 pe-2.5 text-xs text-soft transition-colors hover:bg-hover hover:text-ink data-popup-open:bg-hover pointer-coarse:h-9"
    >
      <span className="sr-only">{text.answer.source} </span>
      <span className="grid h-5 min-w-5 place-items-center rounded-full bg-accent-soft px-1 font-medium text-accent tabular-nums">
        {number}
      </span>{' '}
      <span className="truncate">{citation.title}</span>
    </button>
  )
  return (
    <Popover trigger={chip} title={citation.title}>
      {citation.text && (
        <blockquote className="mt-2 max-h-48 overflow-y-auto border-s-2 border-line ps-3 text-sm text-soft">
          {citation.text}
        </blockquote>
      )}
      <p className="mt-2 text-xs break-all text-faint">
        {link ? (
          <a
            href={link.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="inline-flex items-center gap-1 text-accent hover:underline"
          >
            {link.target}
            <ExternalLink aria-hidden className="size-3 shrink-0" />
          </a>
        ) : (
          citation.source
        )}
      </p>
    </Popover>
  )
}
