/**
 * The `data` of each message of a stream of Server-Sent Events. A message that the end of the stream cuts off is left out.
 * `heard` is called for all that comes, comments too.
 */
export async function* eventStream(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<string> {
  let data: string[] = []
  for await (const line of lines(body, heard)) {
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
    if (line !== '' || data.length === 0) continue
    yield data.join('\n')
    data = []
  }
}

/** Lines end in LF, CR LF or CR; a CR at the end of a piece waits for what follows it. */
async function* lines(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      const pieces = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/)
      rest = pieces.pop()!
      yield* pieces
    }
  } finally {
    await reader.cancel().catch(() => {}) // it may have failed already
  }
}
