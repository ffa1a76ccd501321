import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm as gfmSyntax } from 'micromark-extension-gfm'
import type {} from 'remark-parse' // declares what follows of a processor's data
import type { Processor } from 'unified'

/**
 * GitHub's tables, task lists, footnotes and links without brackets. What `remark-gfm` does, without the half of it that writes
 * markdown: nobody here does, and it is a good part of what a first visit loads.
 */
export function gfm(this: Processor): void {
  const data = this.data()
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), gfmSyntax()]
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), gfmFromMarkdown()]
}
