import type { Element } from 'hast'
import type { MouseEvent, ReactNode } from 'react'
import { text } from '../text/text.ts'

/** What the parser of footnotes writes by itself. */
export const footnoteWords = {
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

interface FootnoteLinkProps {
  readonly node: Element
  readonly id: string | undefined
}

/** Goes to a note or back. The address stays as it is: that of the conversation. */
export function FootnoteLink({ node: { properties, children }, id }: FootnoteLinkProps) {
  const [word] = children
  const words = word?.type === 'text' ? word.value : '↩'
  const href = String(properties['href'])
  const label = properties['dataFootnoteRef'] === undefined ? properties['ariaLabel'] : text.markdown.footnote(words)
  return (
    <a href={href} id={id} aria-label={String(label)} onClick={(event) => goTo(event, href.slice(1))}>
      {words}
    </a>
  )
}

function goTo(event: MouseEvent<HTMLElement>, id: string): void {
  event.preventDefault()
  const root = event.currentTarget.getRootNode() as Document | ShadowRoot // of the page, or of the widget in another
  const target = root.getElementById(decodeURIComponent(id))
  target?.scrollIntoView({ block: 'nearest' })
  target?.focus({ preventScroll: true })
}
