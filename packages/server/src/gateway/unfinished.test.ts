import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameReader } from './unfinished.ts'

interface Frame {
  readonly opcode: number
  readonly isLast: boolean
  readonly size: number
}

const frame: fc.Arbitrary<Frame> = fc.record({
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
  isLast: fc.boolean(),
  size: fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000),
})

test('it is known after each chunk, however they are cut, whether a message is unfinished', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(200_000), { maxLength: 8 }), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(encoded))
      const places = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
      const read = frameReader()
      let from = 0
      for (const to of places) {
        assert.equal(read(bytes.subarray(from, to)) !== undefined, expected(frames, to), `up to ${to}`)
        from = to
      }
    }),
  )
})

test('messages are told apart, also where one chunk ends the first and begins the second', () => {
  const read = frameReader()
  const whole = { opcode: 1, isLast: true, size: 10 }
  const bytes = Buffer.concat([whole, { ...whole, isLast: false }, { ...whole, opcode: 0 }].map(encoded))
  const [first, second, third] = [5, 24, 40].map((to, i, all) => read(bytes.subarray(all[i - 1] ?? 0, to)))
  assert.ok(first !== undefined && second !== undefined && first !== second)
  assert.equal(third, second)
  assert.equal(read(bytes.subarray(40)), undefined)
})

/** The same, from what was meant: whether `place` lies in a frame, or between the fragments of a message. */
function expected(frames: readonly Frame[], place: number): boolean {
  let at = 0
  let isFragmented = false
  for (const one of frames) {
    if (at === place) break
    at += encoded(one).length
    if (place < at) return true
    if (one.opcode < 8) isFragmented = !one.isLast
  }
  return isFragmented
}

function encoded({ opcode, isLast, size }: Frame): Buffer {
  const first = opcode | (isLast ? 0x80 : 0)
  const mask = [1, 2, 3, 4]
  if (size < 126) return Buffer.concat([Buffer.from([first, size | 0x80, ...mask]), Buffer.alloc(size)])
  const length = Buffer.alloc(size < 65_536 ? 2 : 8)
  if (size < 65_536) length.writeUInt16BE(size)
  else length.writeBigUInt64BE(BigInt(size))
  const kind = size < 65_536 ? 126 : 127
  return Buffer.concat([Buffer.from([first, kind | 0x80]), length, Buffer.from(mask), Buffer.alloc(size)])
}
