import { memo, useState } from 'react'
import ReactMarkdown from 'react-markdown'
import { copyWithSource } from '../math/copy-with-source.ts'
import { math } from '../math/math.ts'
import { directions } from './directions.ts'
import { elements } from './elements.tsx'
import { footnotes } from './footnotes.tsx'
import { gfm } from './gfm.ts'
import { settle } from './settle.ts'
import { blockSplitter } from './split-blocks.ts'

interface MarkdownProps {
  readonly source: string
  /** More may still come. */
  readonly isOpen: boolean
}

/** An answer's words. While they arrive, only the last block is drawn again. HTML in them is words like any other. */
export const Markdown = memo(function Markdown({ source, isOpen }: MarkdownProps) {
  const [split] = useState(blockSplitter)
  const blocks = split(source)
  return (
    <div className="markdown" onCopy={copyWithSource}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is known by its place alone
        <MarkdownBlock key={index} source={isOpen && index === blocks.length - 1 ? settle(block) : block} />
      ))}
    </div>
  )
})

const plugins = [gfm, math]
const htmlPlugins = [directions]
const asWritten = (url: string) => url // held to the policy where it is drawn

const MarkdownBlock = memo(function MarkdownBlock({ source }: { readonly source: string }) {
  return (
    <div className="markdown-block">
      <ReactMarkdown
        remarkPlugins={plugins}
        remarkRehypeOptions={footnotes}
        rehypePlugins={htmlPlugins}
        components={elements}
        urlTransform={asWritten}
      >
        {source}
      </ReactMarkdown>
    </div>
  )
})
