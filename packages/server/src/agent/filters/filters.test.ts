import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallId, type LiveState, type NewEvent, type RunId, StreambedError } from '@streambed/protocol'
import fc from 'fast-check'
import { defineFilter, type Filter, type FilterContext, type Finding } from './filter.ts'
import { filterAnswer, sentence } from './filter-answer.ts'
import { stretch } from './stretch.ts'
import { filterWhole } from './whole.ts'

const run = 'r_1' as RunId
const context: FilterContext = { on: 'answer', owner: { org: 'o', user: 'u' }, conversation: undefined, agent: 'a' }

/** Finds words of this form, wherever they stand. */
function finds(pattern: RegExp, replacement = '*', window = 20): Filter {
  const check = (text: string): Finding[] =>
    Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({
      from: index,
      to: index + found.length,
      kind: 'word',
      replacement,
    }))
  return defineFilter({ name: 'words', window, check })
}

function refuses(word: string): Filter {
  return defineFilter({
    name: 'polite',
    window: 10,
    check: (text) => (text.includes(word) ? { refuse: 'I do not say that.', kind: 'rude' } : []),
  })
}

/** A run that says these pieces in one block. */
function said(...pieces: readonly string[]): readonly (readonly NewEvent[])[] {
  return [
    [{ type: 'step-start', run, step: 1 }],
    [{ type: 'text-start', run, block: 1 }],
    ...pieces.map((text): NewEvent[] => [{ type: 'text-delta', run, block: 1, text }]),
    [
      { type: 'text-end', run, block: 1 },
      { type: 'step-end', run, step: 1 },
      { type: 'run-end', run, reason: 'done' },
    ],
  ]
}

const state: LiveState = { revision: 0, value: null, undo: [], redo: [] }

/** What comes of a run, and whether it was stopped. */
async function filtered(batches: readonly (readonly NewEvent[])[], ...filters: readonly Filter[]) {
  let stopped = false
  async function* source() {
    for (const batch of batches) yield batch
  }
  const stop = (): void => void (stopped = true)
  const events = (
    await Array.fromAsync(filterAnswer(source(), { run, filters, context, state, stateBefore: null, stop }))
  ).flat()
  const words = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')
  return { events, words, stopped }
}

test('a whole text goes through all filters in their order, and each says what it did', async () => {
  const filters = [finds(/a+/g, 'bad'), finds(/bad/g, 'b')]
  const { text, refusal, notes } = await filterWhole(filters, 'an aardvark', context)
  assert.deepEqual([text, refusal], ['bn brdvbrk', undefined])
  assert.deepEqual(
    notes.map(({ found }) => found),
    [{ word: 3 }, { word: 3 }],
  )
  assert.deepEqual(await filterWhole(filters, 'none', context), { text: 'none', refusal: undefined, notes: [] })
})

test('a refusal ends the row, and a filter that fails or is not asked about a place changes nothing', async () => {
  const { refusal, notes } = await filterWhole([refuses('boo'), finds(/b/g)], 'boo', context)
  assert.deepEqual([refusal, notes.length, notes[0]!.found], ['I do not say that.', 1, { rude: 1 }])
  const broken = defineFilter({ name: 'broken', check: async () => Promise.reject(new Error('offline')) })
  await assert.rejects(filterWhole([broken], 'x', context), (error: StreambedError) => {
    return error.code === 'filter-failed' && error.message.includes('"broken"') && !error.message.includes('offline')
  })
  assert.equal((await filterWhole([broken], 'x', { ...context, on: 'tool-result' })).text, 'x')
})

test('whatever pieces words come in, a filter with a window finds the same, and holds back no more than that', async () => {
  const window = 8
  const filter = finds(/<[a-z]{0,4}>/g, '☐', window)
  const text = fc.array(fc.constantFrom('<', '>', 'a', 'bc', ' ', '😀', '<ab>', '<abcde>'), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (parts, sizes) => {
      const whole = parts.join('')
      const words = stretch(filter, context)
      let out = ''
      for (let at = 0, i = 0; at < whole.length; i++) {
        const size = sizes[i % sizes.length]!
        out += await words.push(whole.slice(at, at + size))
        at += size
        if (!words.note) assert.ok(Math.min(at, whole.length) - out.length <= window + 1) // or half a character more
      }
      out += await words.end()
      assert.equal(out, (await filterWhole([filter], whole, context)).text)
    }),
    { numRuns: 2_000 },
  )
})

test('words go on through two filters one after the other, and what was done is told at the end of the block', async () => {
  const { events, words, stopped } = await filtered(
    said('on', 'e tw', 'o th', 'ree'),
    finds(/two/g, 'three'),
    finds(/three/g, '3'),
  )
  assert.equal(words, 'one 3 3')
  assert.equal(stopped, false)
  assert.deepEqual(
    events.slice(-5).map((event) => (event.type === 'filter' ? [event.on, event.action, event.found] : event.type)),
    ['text-end', ['answer', 'changed', { word: 1 }], ['answer', 'changed', { word: 2 }], 'step-end', 'run-end'],
  )
})

test('what is refused is taken back whole, the run is stopped and ends as limited', async () => {
  const { events, words, stopped } = await filtered(
    said('A long enough beginning ', 'then boo and ', 'more'),
    refuses('boo'),
  )
  assert.ok(!words.includes('boo') && words.startsWith('A long'))
  assert.equal(stopped, true)
  assert.deepEqual(events.slice(-4), [
    { type: 'text-retracted', run, block: 1, replacement: 'I do not say that.' },
    {
      type: 'filter',
      run,
      on: 'answer',
      filter: 'polite',
      action: 'refused',
      found: { rude: 1 },
      say: 'I do not say that.',
    },
    { type: 'step-end', run, step: 1 },
    { type: 'run-end', run, reason: 'limited', detail: 'content-filter' },
  ])
})

test('where nothing was shown yet the sentence comes as the answer', async () => {
  const thought: NewEvent[] = [
    { type: 'reasoning-start', run, block: 1 },
    { type: 'reasoning-delta', run, block: 1, text: 'boo' },
    { type: 'reasoning-end', run, block: 1, sealed: { signature: 's' } },
    { type: 'run-end', run, reason: 'stopped' },
  ]
  const { events } = await filtered([thought], refuses('boo'))
  assert.deepEqual(events.slice(-4), [
    ...sentence(run, 2, 'I do not say that.'),
    { type: 'run-end', run, reason: 'limited', detail: 'content-filter' },
  ])
})

test('a thought that was changed is not given back to its model', async () => {
  const thought: NewEvent[] = [
    { type: 'reasoning-start', run, block: 1 },
    { type: 'reasoning-delta', run, block: 1, text: 'boo' },
    { type: 'reasoning-end', run, block: 1, sealed: { signature: 's' } },
  ]
  const { events } = await filtered([thought], finds(/boo/g))
  assert.deepEqual(events.slice(1, 3), [
    { type: 'reasoning-delta', run, block: 1, text: '*' },
    { type: 'reasoning-end', run, block: 1 },
  ])
})

test('a filter that fails ends the run, and what it should have looked at is not shown', async () => {
  const broken = defineFilter({
    name: 'broken',
    check() {
      throw new Error('secret words')
    },
  })
  const { events, words, stopped } = await filtered(said('Hello'), broken)
  assert.deepEqual([words, stopped], ['', true])
  const error = new StreambedError('filter-failed', 'It is the filter "broken".').body
  assert.deepEqual(events.at(-1), { type: 'run-end', run, reason: 'failed', error })
})

test('tools go on as they are, and so does all that says nothing', async () => {
  const call = 'c' as CallId
  const batch: NewEvent[] = [
    { type: 'tool-start', run, block: 1, call, name: 't' },
    { type: 'tool-input-delta', run, call, text: 'boo' },
    { type: 'run-park', run },
  ]
  assert.deepEqual((await filtered([batch], refuses('boo'))).events, batch)
})

test('a name or a window that cannot be used is refused', () => {
  assert.throws(() => defineFilter({ name: 'No', check: () => [] }), /lower-case/)
  assert.throws(() => defineFilter({ name: 'n', window: 0, check: () => [] }), /from 1 to 16384/)
})
