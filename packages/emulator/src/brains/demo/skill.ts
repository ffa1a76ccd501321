import type { ToolSpec } from '../../wire.ts'
import type { Turn } from './turn.ts'

/**
 * One thing the demo model can do. A skill looks at the turn and either answers it or leaves it to the next one in
 * `skills/index.ts`. Adding one is a file here and a line there.
 */
export interface Skill {
  readonly name: string
  answer(turn: Turn): Reply | undefined
}

export interface Reply {
  /** What it thinks, shown when the request enables thinking. There is a plain thought without it. */
  readonly thought?: string
  /** What it says, as Markdown; before its calls if it makes any. A generator may write as long as it likes. */
  readonly say?: string | Iterable<string>
  readonly calls?: readonly Call[]
}

export interface Call {
  readonly tool: ToolSpec
  readonly input: object
}
