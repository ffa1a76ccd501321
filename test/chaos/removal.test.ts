import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { memberId } from '../../packages/server/src/accounts/accounts.ts'
import { newSecret } from '../../packages/server/src/accounts/secret.ts'
import { sqliteStore } from '../../packages/server/src/store/sqlite.ts'
import { startServer } from './harness/server.ts'
import { temporaryFolder } from './harness/temporary-folder.ts'

const ADA = { org: 'local', user: 'u_ada' }
const BOB = { org: 'local', user: 'u_bob' }
const CONVERSATIONS = 300

test('a removal that was acknowledged is carried out, though the server is killed in the same moment', async () => {
  using folder = temporaryFolder()
  const key = await settle(folder.path)
  const options = { dataDir: folder.path, env: { STREAMBED_AUTH: 'accounts' } }
  const headers = { authorization: `Bearer ${key}` }

  const first = await startServer(options)
  const answer = await fetch(`${first.url}/v1/people/${BOB.user}`, { method: 'DELETE', headers })
  await first.kill()
  assert.equal(answer.status, 204)
  assert.deepEqual(await kept(folder.path, ADA), CONVERSATIONS)

  const second = await startServer(options)
  second.signal('SIGTERM') // what is under way is finished
  await second.gone
  assert.deepEqual([await kept(folder.path, ADA), await kept(folder.path, BOB)], [CONVERSATIONS, 0])
})

async function kept(dataDir: string, owner: typeof ADA): Promise<number> {
  await using store = sqliteStore({ path: join(dataDir, 'streambed.db') })
  let count = 0
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await store.list(owner, { limit: 100, ...(cursor && { cursor }) })
    count += page.items.length
    cursor = page.cursor
  }
  return count
}

/** Two people with many conversations each; returns a key of the owner's. */
async function settle(dataDir: string): Promise<string> {
  await using store = sqliteStore({ path: join(dataDir, 'streambed.db') })
  const { org } = ADA
  const { id, token, hash } = newSecret('sbk')
  await store.accounts.apply([
    { add: { kind: 'organisation', id: org, org, data: { title: 'Home' } } },
    { add: { kind: 'key', id, ...ADA, data: { hash, title: 'test', scopes: ['read', 'admin'], usedAt: null } } },
  ])
  for (const [owner, role] of [
    [ADA, 'owner'],
    [BOB, 'member'],
  ] as const) {
    const { user } = owner
    const email = `${user}@lab.example`
    await store.accounts.apply([
      {
        add: {
          kind: 'person',
          id: user,
          name: email,
          org,
          user,
          data: { email, name: user, password: null, disabled: false },
        },
      },
      { add: { kind: 'member', id: memberId(org, user), org, user, data: { role } } },
    ])
    await Promise.all(
      Array.from({ length: CONVERSATIONS }, (_, i) =>
        store.append(`c_${user.slice(2)}${String(i).padStart(20, '0')}` as never, [
          { type: 'conversation-start', agent: 'storyteller', title: null, owner },
        ]),
      ),
    )
  }
  return token
}
