import type { Piece, StopReason, Usage } from '../brains/brain.ts'

/** What the prompt cost, known before the model writes. */
export interface PromptUsage {
  readonly inputTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheWriteInputTokens: number
}

/** Watches an answer go by and knows at its end why it stopped and what it used. */
export function accounts(prompt: PromptUsage): {
  note(piece: Piece): void
  stop(): { reason: StopReason; sequence?: string }
  usage(): Usage
  trace(): object | undefined
} {
  let written = 0 // characters
  let calledTool = false
  let stopped: { reason: StopReason; sequence?: string } | undefined
  let told: Partial<Usage> = {}
  let traced: object | undefined

  return {
    note(piece) {
      switch (piece.type) {
        case 'text':
        case 'reasoning':
          written += piece.text.length
          break
        case 'tool-input':
          written += piece.json.length
          break
        case 'tool':
          calledTool = true
          written += piece.name.length
          break
        case 'stop':
          stopped = piece
          break
        case 'usage':
          told = { ...told, ...piece.usage }
          break
        case 'trace':
          traced = piece.trace
      }
    },
    stop: () => stopped ?? { reason: calledTool ? 'tool_use' : 'end_turn' },
    usage() {
      const usage = { ...prompt, outputTokens: Math.max(Math.ceil(written / 4), 1), ...told }
      const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage
      const totalTokens = inputTokens + outputTokens + cacheReadInputTokens + cacheWriteInputTokens
      return { totalTokens, ...usage }
    },
    trace: () => traced,
  }
}
