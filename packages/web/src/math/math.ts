import type { CompileContext, Extension, Token } from 'mdast-util-from-markdown'
import type {} from 'remark-parse' // declares what follows of a processor's data
import type { Processor } from 'unified'
import { partsOf } from './marks.ts'
import { formulaSyntax } from './syntax.ts'

/** Formulas become code of the language `math`, as GitHub has them: in blocks, and among words. */
export function math(this: Processor): void {
  const data = this.data()
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), formulaSyntax()]
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), formulaFromMarkdown()]
}

/** How a formula among words is drawn, as the names of its classes say. */
export const INLINE = 'math-inline'
export const DISPLAY = 'math-display'

/** What the tree has of the formulas that `formulaSyntax` finds. */
export function formulaFromMarkdown(): Extension {
  return { exit: { formulaText: addInline, formulaFlow: addBlock } }
}

function addInline(this: CompileContext, token: Token): void {
  const { mark, content } = partsOf(this.sliceSerialize(token))
  const className = [mark === '$' || mark === '\\(' ? INLINE : DISPLAY]
  this.enter({ type: 'inlineCode', value: content ?? '', data: { hProperties: { className } } }, token)
  this.exit(token)
}

function addBlock(this: CompileContext, token: Token): void {
  const source = this.sliceSerialize(token)
  const { content, rest } = partsOf(source)
  if (content !== null) {
    this.enter({ type: 'code', lang: 'math', value: content }, token)
    this.exit(token)
  }
  const words = content === null ? source : rest
  if (words.trim() === '') return
  this.enter({ type: 'paragraph', children: [{ type: 'text', value: words.trim() }] }, token)
  this.exit(token)
}
