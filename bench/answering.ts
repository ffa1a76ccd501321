export interface Question {
  readonly id: number
  readonly question: string
  readonly input: unknown
}

export type Answer = { readonly id: number; readonly reply: unknown } | { readonly id: number; readonly error: string }

// biome-ignore lint/suspicious/noExplicitAny: each answer knows what its own question brings along
export type Answers = Readonly<Record<string, (input: any) => unknown>>

/** The other end of `Child.ask`. Every part of a process may answer questions of its own; it ends with the one who asks. */
export function answerQuestions(answers: Answers): void {
  process.on('message', async ({ id, question, input }: Question) => {
    const answer = answers[question]
    if (!answer) return
    try {
      process.send!({ id, reply: await answer(input) })
    } catch (error) {
      process.send!({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.once('disconnect', () => process.exit(0))
}
