import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditCheck, AuditHead } from '../store/audit-chain.ts'
import { sqliteStore } from '../store/sqlite.ts'
import { type Command, parse, settingsHere, UsageError } from './command.ts'
import { healthOf, keyHeaders, urlGiven, urlOf } from './find-server.ts'

export const audit: Command = {
  help: `Sees whether the audit is what was written.

Usage: streambed audit verify [options]

  --head HEAD  what an earlier look printed as the head, such as 412:9f86d0…
  --url URL    the server to ask; also STREAMBED_URL, with an owner's API key in STREAMBED_KEY

Every entry holds the hash of the one before. Whoever can write the database can write the whole chain anew: note the head somewhere
else now and then, and give it here later. Without a URL it asks the server that these settings name, and where none runs it reads the
store itself. Exit code 0 when the chain holds, 1 otherwise.`,

  async run(argv) {
    const { values, positionals } = parse(argv, { head: { type: 'string' }, url: { type: 'string' } })
    if (positionals.length !== 1 || positionals[0] !== 'verify') throw new UsageError('Say what to do: verify.')
    const check = await look(values.head === undefined ? undefined : readHead(values.head), urlGiven(values.url))
    if (!check) return 1
    const { entries, head, broken } = check
    if (broken) console.error(`✗ Entry ${broken.number}: ${broken.why}`)
    else console.log(`✓ ${entries} entries hold together.`)
    if (head && !broken) console.log(`  The head is ${head.number}:${head.hash}`)
    return broken ? 1 : 0
  },
}

function readHead(text: string): AuditHead {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (number === undefined || hash === undefined) throw new UsageError('A head is a number, a colon and 64 hex digits.')
  return { number: Number(number), hash }
}

async function look(noted: AuditHead | undefined, given: string | undefined): Promise<AuditCheck | undefined> {
  const settings = settingsHere()
  const url = given ?? urlOf(settings)
  if (await healthOf(url)) return ask(url, noted)
  const path = join(settings.dataDir, 'streambed.db')
  if (given !== undefined || !existsSync(path)) {
    console.error(
      `No Streambed answers at ${url}${given === undefined ? `, and nothing is in ${settings.dataDir}` : ''}.`,
    )
    return undefined
  }
  await using store = sqliteStore({ path })
  return store.audit.verify(noted)
}

async function ask(url: string, noted: AuditHead | undefined): Promise<AuditCheck> {
  const query = noted ? `?number=${noted.number}&hash=${noted.hash}` : ''
  const answer = await fetch(new URL(`/v1/audit/verify${query}`, url), {
    headers: keyHeaders(),
    signal: AbortSignal.timeout(60_000),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as AuditCheck // the server is our own
}
