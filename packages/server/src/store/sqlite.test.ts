import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ConversationId, FileId, MessageId, NewEvent, Part, RequestId, RunId } from '@streambed/protocol'
import { emptyConversation, StreambedError } from '@streambed/protocol'
import { storeConformance } from './conformance.ts'
import { sqliteStore } from './sqlite.ts'
import type { Entry, Store } from './store.ts'

/** Merges at once and in the smallest steps, so that everything is always on its way. */
const EAGER = { afterMs: 1, entries: 5, size: 2000, sliceMs: 0 }

storeConformance('sqlite', ({ now }) => sqliteStore({ path: ':memory:', now }))
storeConformance('sqlite, ever merging', ({ now }) => sqliteStore({ path: ':memory:', now, merge: EAGER }))

test('a log reads the same after any merge and any start', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  const expected: string[] = []
  for (let round = 0; round < 3; round++) {
    await using store = sqliteStore({ path, merge: EAGER })
    const fence = await begun(store, chat)
    if (expected.length === 0) expected.push(...texts(await readAll(store, chat)))
    for (let i = 0; i < 15; i++) {
      const events = Array.from({ length: 10 }, (_, k) => say('x'.repeat((i * k * 37) % 2500)))
      expected.push(...texts(await store.append(chat, events, { fence })))
      const after = (i * 31) % expected.length
      assert.deepEqual(texts(await readAll(store, chat, after)), expected.slice(after))
    }
  }
  await using store = sqliteStore({ path })
  assert.deepEqual(texts(await readAll(store, chat)), expected)
  assert.equal((await store.find(ada, chat))?.seq, expected.length)
})

test('what was acknowledged outlives kill -9, in logs without gaps', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  let epoch: string | undefined
  for (const count of [1, 30, 100, 200]) {
    const acknowledged = await killedAfter(count, path)
    await using store = sqliteStore({ path })
    assert.equal(store.epoch, (epoch ??= store.epoch))
    for (const [conversation, seq] of acknowledged) {
      const seqs = (await readAll(store, conversation)).map((entry) => entry.seq)
      assert.deepEqual(seqs, dense(seqs.length))
      assert.ok(seqs.length >= seq, `${conversation} has ${seqs.length}, ${seq} were acknowledged`)
      assert.equal((await store.find(ada, conversation))?.seq, seqs.length)
    }
  }
})

test('a crash at any point of a merge loses nothing and doubles nothing', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  const chats = ['a', 'b', 'c'].map((name) => `c_${name}` as ConversationId)
  const images: { path: string; expected: readonly (readonly string[])[] }[] = []
  {
    await using store = sqliteStore({ path, merge: EAGER })
    const fences = await Promise.all(chats.map((conversation) => begun(store, conversation)))
    const logs = await Promise.all(chats.map(async (conversation) => [...texts(await readAll(store, conversation))]))
    for (let i = 0; i < 8; i++) {
      const appended = await Promise.all(
        chats.map((conversation, k) =>
          store.append(conversation, [say('x'.repeat(i * 1000), nameOf(conversation))], { fence: fences[k]! }),
        ),
      )
      for (const [k, entries] of appended.entries()) logs[k]!.push(...texts(entries))
      for (let turn = 0; turn < 5; turn++) {
        const image = folder.path(`image-${images.length}.db`)
        for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, image + end)
        images.push({ path: image, expected: logs.map((log) => [...log]) })
        await nextTurn()
      }
    }
  }
  for (const { path, expected } of images) {
    await using store = sqliteStore({ path })
    const found = await Promise.all(chats.map(async (conversation) => texts(await readAll(store, conversation))))
    assert.deepEqual(found, expected)
  }
})

test('the epoch changes when a power cut may have taken something back, and only then', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  let epoch = ''
  {
    await using store = sqliteStore({ path, boot: 'monday' })
    epoch = store.epoch
    await begun(store, chat)
    await store.saveSnapshot({ ...emptyConversation(chat, epoch), position: { epoch, seq: 2 } })
  }
  {
    await using closed = sqliteStore({ path, boot: 'tuesday' })
    assert.equal(closed.epoch, epoch, 'it was closed in order')
  }
  leaveOpen(path)
  {
    await using killed = sqliteStore({ path, boot: 'tuesday' })
    assert.equal(killed.epoch, epoch, 'the machine ran on')
    assert.ok(await killed.snapshot(chat))
  }
  leaveOpen(path)
  await using cut = sqliteStore({ path, boot: 'wednesday' })
  assert.notEqual(cut.epoch, epoch)
  assert.equal(await cut.snapshot(chat), undefined)
})

/** As if the last server had been killed. */
function leaveOpen(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(`update meta set value = 'open' where name = 'state'`)
  db.close()
}

const restorations: Readonly<Record<string, (backup: string, data: string) => void>> = {
  'in place of the folder': (backup, data) => {
    rmSync(data, { recursive: true })
    cpSync(backup, data, { recursive: true })
  },
  'over what is there': (backup, data) => cpSync(backup, data, { recursive: true }),
  'as the database alone': (backup, data) => copyFileSync(join(backup, 'store.db'), join(data, 'store.db')),
}

for (const [way, restore] of Object.entries(restorations)) {
  test(`a backup that is put back ${way} has an epoch of its own from then on`, async () => {
    using folder = temporaryFolder()
    const [data, backup] = [folder.path('data'), folder.path('backup')]
    const path = join(data, 'store.db')
    {
      await using store = sqliteStore({ path })
      const { epoch } = store
      await begun(store, chat)
      await store.saveSnapshot({ ...emptyConversation(chat, epoch), position: { epoch, seq: 2 } })
    }
    cpSync(data, backup, { recursive: true })
    let epoch = ''
    {
      await using store = sqliteStore({ path })
      epoch = store.epoch
      await store.append(chat, [{ type: 'conversation-change', title: 'Lost' }])
    }
    restore(backup, data)
    let restored = ''
    {
      await using store = sqliteStore({ path })
      restored = store.epoch
      assert.notEqual(restored, epoch) // P5
      assert.equal(await store.snapshot(chat), undefined)
      assert.equal((await store.find(ada, chat))?.seq, 2)
    }
    await using store = sqliteStore({ path })
    assert.equal(store.epoch, restored)
  })
}

test('a claim from before a restart has lapsed', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  let before = 0
  {
    await using store = sqliteStore({ path })
    before = await begun(store, chat)
  }
  await using store = sqliteStore({ path })
  assert.deepEqual(await store.renew('server', 1000), [])
  assert.deepEqual(
    (await store.orphans()).map((run) => [run.run, run.status]),
    [['r_chat', 'active']],
  )
  assert.ok((await store.claim(chat, 'r_chat' as RunId, 'server', 1000))! > before)
})

test('one server at a time', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  await using _first = sqliteStore({ path })
  assert.throws(() => sqliteStore({ path }), /store\.db is in use by another Streambed server\./)
})

test('refuses what a newer version wrote, and what is no database', () => {
  using folder = temporaryFolder()
  const newer = folder.path('newer.db')
  const db = new DatabaseSync(newer)
  db.exec('pragma user_version = 99')
  db.close()
  assert.throws(() => sqliteStore({ path: newer }), /newer\.db was written by a newer version of Streambed/)
  const text = folder.path('text.db')
  writeFileSync(text, 'Dear diary, '.repeat(1000))
  assert.throws(() => sqliteStore({ path: text }), /text\.db is not a database\./)
})

test('a full disk refuses appends whole, and takes them again when there is room', async () => {
  await using store = sqliteStore({ path: ':memory:', maxBytes: 400_000, merge: EAGER })
  const fence = await begun(store, chat)
  let written = 0
  const failure = await (async () => {
    for (;;) {
      const pieces = [say('x'.repeat(5000)), say('y'.repeat(5000))]
      const entries = await store.append(chat, pieces, { fence }).catch((error) => error)
      if (entries instanceof StreambedError) return entries
      written += entries.length
    }
  })()
  assert.equal(failure.code, 'store-failed')
  assert.match(`${failure.cause}`, /database or disk is full/)
  assert.ok(written > 10)
  assert.equal((await readAll(store, chat)).length, 2 + written)
  assert.equal((await store.find(ada, chat))?.seq, 2 + written)

  await store.erase(ada, chat)
  const roomy = await begun(store, chat)
  await store.append(chat, [say('z'.repeat(5000))], { fence: roomy })
  assert.equal((await readAll(store, chat)).length, 3)
})

test('an append that cannot be written down does not touch its neighbours', async () => {
  await using store = sqliteStore({ path: ':memory:' })
  const fence = await begun(store, chat)
  const impossible = { type: 'tool-call', run: 'r_chat', call: 'x', name: 'x', input: 1n } as unknown as NewEvent
  const results = await Promise.allSettled([
    store.append(chat, [say('a')], { fence }),
    store.append(chat, [impossible], { fence }),
    store.append(chat, [say('b')], { fence }),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(
    (await readAll(store, chat)).map(({ seq }) => seq),
    dense(4),
  )
})

test('a damaged row keeps its places, and whatever can still be read', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  {
    await using store = sqliteStore({ path })
    const fence = await begun(store, chat)
    await store.append(chat, [say('one'), say('two'), say('three')], { fence })
  }
  const db = new DatabaseSync(path)
  db.exec(`update page set data = replace(data, '"two"', '"two')`)
  db.close()
  const damaged: ConversationId[] = []
  await using store = sqliteStore({ path, onDamage: (conversation) => damaged.push(conversation) })
  assert.deepEqual(damaged, [], 'nobody has looked yet')
  const entries = await readAll(store, chat)
  assert.deepEqual(
    entries.map(({ seq, event }) => [seq, event.type]),
    [
      [1, 'conversation-start'],
      [2, 'message'],
      [3, 'text-delta'],
      [4, 'unreadable'],
      [5, 'text-delta'],
    ],
  )
  assert.deepEqual(texts(await store.read(chat, 3)), texts(entries.slice(3)))
  assert.deepEqual(damaged, [chat])
})

test('words that damage has changed are told of as well, though they can be read', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  {
    await using store = sqliteStore({ path })
    await begun(store, chat)
  }
  const db = new DatabaseSync(path)
  db.exec(`update page set data = replace(data, '"type":"message"', '"type":"massage"')`)
  db.close()
  const damaged: ConversationId[] = []
  await using store = sqliteStore({ path, onDamage: (conversation) => damaged.push(conversation) })
  await readAll(store, chat)
  assert.deepEqual(damaged, [chat])
})

test('damage in the journal is no worse', async () => {
  using folder = temporaryFolder()
  const path = folder.path('store.db')
  const image = folder.path('image.db')
  {
    await using store = sqliteStore({ path })
    const fence = await begun(store, chat)
    await store.append(chat, [say('one'), say('two'), say('three')], { fence })
    for (const end of ['', '-wal']) copyFileSync(path + end, image + end)
  }
  const db = new DatabaseSync(image)
  db.exec(`update journal set data = replace(data, '"two"', '"two')`)
  db.close()
  const damaged: ConversationId[] = []
  await using store = sqliteStore({ path: image, onDamage: (conversation) => damaged.push(conversation) })
  assert.deepEqual(damaged, [chat])
  assert.deepEqual(
    (await readAll(store, chat)).map(({ seq, event }) => [seq, event.type]),
    [
      [1, 'conversation-start'],
      [2, 'message'],
      [3, 'text-delta'],
      [4, 'unreadable'],
      [5, 'text-delta'],
    ],
  )
})

test('a file that nobody sent goes after a week, one that was sent stays', async () => {
  let time = Date.parse('2026-11-20T12:00:00Z')
  await using store = sqliteStore({ path: ':memory:', now: () => time })
  const file = (name: string) => ({
    id: `f_${name}` as FileId,
    mediaType: 'text/plain',
    name: 'a.txt',
    bytes: new Uint8Array([1]),
  })
  for (const name of ['sent', 'forgotten']) await store.saveFile(ada, file(name))
  await begun(store, chat, [{ type: 'document', file: 'f_sent' as FileId, mediaType: 'text/plain', name: 'a.txt' }])
  time += 8 * 24 * 60 * 60 * 1000
  await store.saveFile(ada, file('new'))
  assert.deepEqual(await store.file(ada, 'f_sent' as FileId), file('sent'))
  assert.equal(await store.file(ada, 'f_forgotten' as FileId), undefined)
})

test('appends after closing are refused', async () => {
  const store = sqliteStore({ path: ':memory:' })
  const fence = await begun(store, chat)
  const last = store.append(chat, [say('waits')], { fence })
  await store[Symbol.asyncDispose]()
  assert.equal((await last).length, 1)
  await assert.rejects(store.append(chat, [say('late')], { fence }), { code: 'store-failed' })
  await assert.rejects(store.read(chat, 0), { code: 'store-failed' })
})

const chat = 'c_chat' as ConversationId
const ada = { org: 'lab', user: 'ada' }
const nameOf = (conversation: ConversationId): string => conversation.slice(2)
const texts = (entries: readonly Entry[]): readonly string[] => entries.map(({ json }) => json)
const dense = (length: number): readonly number[] => Array.from({ length }, (_, i) => i + 1)

function say(text: string, name = 'chat'): NewEvent {
  return { type: 'text-delta', run: `r_${name}` as RunId, block: 1, text }
}

/** The fence of a conversation's one run, which is asked for if it is not there yet. */
async function begun(store: Store, conversation: ConversationId, files: readonly Part[] = []): Promise<number> {
  const name = nameOf(conversation)
  const run = `r_${name}` as RunId
  const message: NewEvent = {
    type: 'message',
    message: `m_${name}` as MessageId,
    run,
    parent: null,
    parts: [{ type: 'text', text: 'Hello?' }, ...files],
    requestId: `q_${name}` as RequestId,
    agent: 'guide',
  }
  const start: NewEvent = { type: 'conversation-start', agent: 'guide', title: null, owner: ada }
  if (!(await store.find(ada, conversation))) await store.append(conversation, [start, message])
  const fence = await store.claim(conversation, run, 'server', 60_000)
  assert.ok(fence !== undefined)
  return fence
}

async function readAll(store: Store, conversation: ConversationId, after = 0): Promise<readonly Entry[]> {
  const all: Entry[] = []
  for (let page = await store.read(conversation, after); page.length > 0; ) {
    all.push(...page)
    page = await store.read(conversation, page.at(-1)!.seq)
  }
  return all
}

/** Starts a process that appends, kills it after so many acknowledgements, and returns the last one of each log. */
async function killedAfter(count: number, path: string): Promise<ReadonlyMap<ConversationId, number>> {
  const writer = spawn(
    process.execPath,
    [fileURLToPath(new URL('./sqlite/fixtures/writer.ts', import.meta.url)), path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(writer, 'exit')
  const acknowledged = new Map<ConversationId, number>()
  let left = count
  for await (const line of createInterface(writer.stdout)) {
    const [conversation, seq] = line.split(' ')
    acknowledged.set(conversation as ConversationId, Number(seq))
    if (--left === 0) writer.kill('SIGKILL')
  }
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
  return acknowledged
}

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'streambed-store-'))
  return {
    path: (name: string) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
