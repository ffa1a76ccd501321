import type { Brain, Piece } from '@streambed/emulator'

/** A model whose answers can be told from the questions, of every kind that a log has to hold. */
export interface Storyteller extends Brain {
  /** How many times each question was put to it: more than once would have been paid twice. */
  readonly asked: ReadonlyMap<string, number>
}

/** Questions are words such as `q17`. Every third is thought about first, every fourth takes a tool. */
export function storyteller(words: number): Storyteller {
  const asked = new Map<string, number>()
  return {
    name: 'storyteller',
    asked,
    answer({ request }) {
      const content = request.messages?.at(-1)?.content ?? []
      const isAfterTool = !content.some(({ text }) => text !== undefined)
      const question = questionIn(JSON.stringify(isAfterTool ? request.messages : content))
      if (!isAfterTool) asked.set(question, (asked.get(question) ?? 0) + 1)
      return { pieces: isAfterTool ? told(question, words) : begun(question, words) }
    },
  }
}

/** All the words of the answer to a question, as `textOf` joins them. */
export function storyOf(question: string, words: number): string {
  const story = [...told(question, words)].map((piece) => ('text' in piece ? piece.text : '')).join('')
  return usesTool(question) ? `${PATIENCE}\n\n${story}` : story
}

const PATIENCE = 'One moment.'

function* begun(question: string, words: number): Generator<Piece> {
  if (numberOf(question) % 3 === 0) {
    for (const text of ['Somebody ', 'asks ', 'for ', `${question}.`]) yield { type: 'reasoning', text }
    yield { type: 'reasoning-signature', signature: 'c2lnbmVk' }
  }
  if (!usesTool(question)) return yield* told(question, words)
  yield { type: 'text', text: PATIENCE }
  yield { type: 'tool', name: 'wait' }
  for (const json of ['{"m', 's":', ' 40}']) yield { type: 'tool-input', json }
}

function* told(question: string, words: number): Generator<Piece> {
  for (let i = 0; i < words; i++) yield { type: 'text', text: `${question}·${i}${i % 7 === 0 ? ' 🌊 ' : ' '}` }
}

function usesTool(question: string): boolean {
  return numberOf(question) % 4 === 0
}

function numberOf(question: string): number {
  return Number(question.slice(1))
}

function questionIn(text: string): string {
  const questions = text.match(/\bq\d+\b(?!·|\.)/g)
  if (!questions) throw new TypeError(`no question in ${text}`)
  return questions.at(-1)!
}
