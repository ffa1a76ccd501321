/** What is used of Temml: the tree that it makes its MathML of. Its own types say `any` here. */
declare module 'temml' {
  /** An element, a fragment without a type, or a text. */
  export interface MathNode {
    readonly type?: string
    readonly text?: string
    readonly attributes?: Readonly<Record<string, unknown>>
    readonly style?: Readonly<Record<string, string>>
    readonly classes?: readonly string[]
    readonly children?: readonly MathNode[]
  }

  interface Options {
    readonly displayMode: boolean
    readonly wrap: 'none' | 'tex' | '='
    readonly throwOnError: boolean
    readonly trust: boolean
    readonly maxExpand: number
    /** In em, and in points. */
    readonly maxSize: [number, number]
  }

  const temml: { __renderToMathMLTree(source: string, options: Options): MathNode }
  export default temml
}
