import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventStream } from './event-stream.ts'

test('a stream reads the same however it is cut into pieces', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' '))
  const end = fc.constantFrom('\n', '\r\n', '\r')
  const messages = fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(messages, end, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), async (messages, end, sizes) => {
      const text = messages
        .map((lines) => [':', 'id: 1', ...lines.map((line) => `data: ${line}`), '', ''].join(end))
        .join('')
      const read = await readAll(inPieces(new TextEncoder().encode(`${text}: the end${end}`), sizes))
      assert.deepEqual(
        read,
        messages.map((lines) => lines.join('\n')),
      )
    }),
  )
})

test('comments are heard, and a message that is cut off is not read', async () => {
  let heard = 0
  const body = new Blob([':\n\n', 'data: {"seq":1}\n\n', 'data: {"se']).stream()
  const read = await readAll(body, () => void (heard += 1))
  assert.deepEqual(read, ['{"seq":1}'])
  assert.ok(heard > 0)
})

async function readAll(body: ReadableStream<Uint8Array>, heard = () => {}): Promise<string[]> {
  const read: string[] = []
  for await (const data of eventStream(body, heard)) read.push(data)
  return read
}

function inPieces(bytes: Uint8Array, sizes: Iterator<number>): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      const size = sizes.next().value as number // it never ends
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += size)))
      else controller.close()
    },
  })
}
