import { type EventOf, grown, type LoggedEvent } from '@streambed/protocol'

/** Tokens as the contracts count them: `inputTokens` is the whole prompt, cached or not. */
export interface ContractUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
}

/** What a dialect remembers of a run: its words and its tokens. A light fold, for the path of every token. */
export interface AnswerSoFar {
  /** Takes any event of the run in; of words returns the piece that the text has grown by. */
  take(event: LoggedEvent): string
  /** All the words, as `textOf` of the protocol joins them. */
  text(): string
  usage(): ContractUsage
}

export function answerSoFar(): AnswerSoFar {
  const blocks = new Map<number, string>()
  let inputTokens = 0
  let outputTokens = 0

  return {
    take(event) {
      switch (event.type) {
        case 'text-delta':
          return grow(event)
        case 'text-retracted':
          blocks.set(event.block, event.replacement)
          return ''
        case 'usage':
          inputTokens += event.inputTokens + event.cacheReadTokens + event.cacheWriteTokens
          outputTokens += event.outputTokens
          return ''
        default:
          return ''
      }
    },
    text: () => [...blocks.values()].filter((text) => text !== '').join('\n\n'),
    usage: () => ({ inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }),
  }

  function grow({ block, text }: EventOf<'text-delta'>): string {
    if (text === '') return ''
    const before = blocks.get(block)
    const isNext = before === undefined && blocks.size > 0 // a blank line stands between two blocks
    blocks.set(block, grown(before ?? '', text))
    return isNext ? `\n\n${text}` : text
  }
}
