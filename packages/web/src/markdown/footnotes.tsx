import type { Element } from 'hast'
import type { ReactNode } from 'react'
import { text } from '../text/text.ts'

/** What the parser of footnotes writes by itself. */
export const footnotes = {
  clobberPrefix: '', // nothing gets an id here: what a model writes must not name parts of the page
  footnoteLabel: text.markdown.footnotes,
  footnoteBackContent: '↩',
  footnoteBackLabel: (index: number) => text.markdown.backFrom(String(index + 1)),
}

/** The notes themselves, below the answer. */
export function Footnotes({ children }: { readonly children: ReactNode }) {
  return <div className="mt-4 border-t border-line pt-3 text-sm text-soft">{children}</div>
}

/** Whether a link is the number of a footnote or its way back. What a model writes as a link to a part of the page is neither. */
export function isOfFootnote(node: Element | undefined): node is Element {
  return node?.properties['dataFootnoteRef'] !== undefined || node?.properties['dataFootnoteBackref'] !== undefined
}

/** Goes to a note or back, within the answer: the address is that of the conversation, and stays. */
export function FootnoteLink({ node: { properties, children } }: { readonly node: Element }) {
  const [word] = children
  const words = word?.type === 'text' ? word.value : footnotes.footnoteBackContent
  const label = properties['dataFootnoteRef'] === undefined ? properties['ariaLabel'] : text.markdown.footnote(words)
  return (
    <button
      type="button"
      aria-label={String(label)}
      data-place={properties['id']}
      className="px-0.5 leading-none text-accent hover:underline"
      onClick={({ currentTarget }) => goTo(String(properties['href']).slice(1), currentTarget)}
    >
      {words}
    </button>
  )
}

function goTo(place: string, from: HTMLElement): void {
  const places = from.closest('.markdown')?.querySelectorAll<HTMLElement>('[data-place]') ?? []
  const target = [...places].find(({ dataset }) => dataset['place'] === place)
  target?.scrollIntoView({ block: 'nearest' })
  target?.focus({ preventScroll: true })
}
