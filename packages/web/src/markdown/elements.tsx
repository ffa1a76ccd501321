import type { Element, Text } from 'hast'
import { ImageOff, Square, SquareCheck } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import type { Components } from 'react-markdown'
import { BlockFormula, Formula } from '../math/formula.tsx'
import { DISPLAY, INLINE } from '../math/math.ts'
import { text } from '../text/text.ts'
import { CodeBlock } from './code-block.tsx'
import { FootnoteLink, Footnotes, isOfFootnote } from './footnotes.tsx'
import { allowedLink, imageHost } from './policy.ts'

/**
 * How the parts of an answer are drawn. What could leave the page or run in it does not come through here: links are
 * held to
 * `allowedLink`, images are named and not loaded.
 */
export const elements: Components = {
  h1: (props) => <Heading level={1} {...props} />,
  h2: (props) => <Heading level={2} {...props} />,
  h3: (props) => <Heading level={3} {...props} />,
  h4: (props) => <Heading level={4} {...props} />,
  h5: (props) => <Heading level={4} {...props} />,
  h6: (props) => <Heading level={4} {...props} />,
  a: ({ node, href, children }) =>
    isOfFootnote(node) ? <FootnoteLink node={node} /> : <AnswerLink href={href}>{children}</AnswerLink>,
  img: ({ src, alt }) => <UnloadedImage source={typeof src === 'string' ? src : undefined} description={alt} />,
  pre: ({ node }) => <Fence node={node} />,
  code: ({ className, children }) => <InlineCode className={className}>{children}</InlineCode>,
  table: ({ dir, children }) => (
    <div dir={dir} className="overflow-hidden rounded-lg border border-line">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={text.markdown.table} className="scrolls-aside">
        <table>{children}</table>
      </section>
    </div>
  ),
  th: ({ style, dir, children }) => (
    <th style={style} dir={dir}>
      {children}
    </th>
  ),
  td: ({ style, dir, children }) => (
    <td style={style} dir={dir}>
      {children}
    </td>
  ),
  input: ({ checked }) => <TaskBox isDone={checked === true} />,
  li: ({ id, className, dir, children }) => (
    <li className={className} dir={dir} data-place={id} tabIndex={id === undefined ? undefined : -1}>
      {children}
    </li>
  ),
  section: ({ children }) => <Footnotes>{children}</Footnotes>,
}

interface HeadingProps {
  readonly level: 1 | 2 | 3 | 4
  readonly dir?: string | undefined
  /** Of the one that is only read aloud, above the footnotes. */
  readonly className?: string | undefined
  readonly children?: ReactNode
}

/**
 * One level below the answer's own heading, whatever it looks like: answers begin and jump as they please, outlines
 * must not.
 */
function Heading({ level, dir, className, children }: HeadingProps) {
  return (
    <h3 data-level={level} dir={dir} className={className}>
      {children}
    </h3>
  )
}

function AnswerLink({ href, children }: { readonly href: string | undefined; readonly children: ReactNode }) {
  const link = allowedLink(href)
  if (!link) return children
  return (
    <a href={link.href} title={link.target} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

interface UnloadedImageProps {
  readonly source: string | undefined
  readonly description: string | undefined
}

function UnloadedImage({ source, description }: UnloadedImageProps) {
  const host = imageHost(source)
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-md border border-dashed border-edge px-2.5 py-1 text-sm text-soft">
      <ImageOff aria-hidden className="size-4 shrink-0" />
      <span>
        {description && <span className="text-ink">{description} · </span>}
        {host ? text.markdown.imageFrom(host) : text.markdown.imageInline} {text.markdown.imageNotLoaded}
      </span>
    </span>
  )
}

function TaskBox({ isDone }: { readonly isDone: boolean }) {
  const Icon = isDone ? SquareCheck : Square
  return (
    <>
      <span className="sr-only">{isDone ? text.markdown.done : text.markdown.open}</span>
      <Icon aria-hidden className="task-box size-4 text-soft" />
    </>
  )
}

function Fence({ node }: Pick<ComponentProps<'pre'> & { node?: Element | undefined }, 'node'>) {
  const code = node?.children.find((child): child is Element => child.type === 'element' && child.tagName === 'code')
  const words = (code?.children ?? []).filter((child): child is Text => child.type === 'text')
  const source = words
    .map((word) => word.value)
    .join('')
    .replace(/\n$/, '')
  const language = languageOf(code)
  return language === 'math' ? <BlockFormula source={source} /> : <CodeBlock code={source} language={language} />
}

function InlineCode({ className, children }: Pick<ComponentProps<'code'>, 'className' | 'children'>) {
  const isFormula = className === INLINE || className === DISPLAY
  return isFormula ? <Formula source={String(children)} isDisplay={className === DISPLAY} /> : <code>{children}</code>
}

function languageOf(code: Element | undefined): string {
  const names = code?.properties.className
  const name = Array.isArray(names) ? names.find((name) => String(name).startsWith('language-')) : undefined
  return name === undefined ? '' : String(name).slice('language-'.length)
}
