import { existsSync } from 'node:fs'
import { openStore, storePath } from '../open-store.ts'
import type { AuditCheck, AuditHead } from '../store/audit-chain.ts'
import { type Command, Failed, parse, settingsHere, UsageError } from './command.ts'
import { askServer, healthOf, urlGiven, urlOf } from './find-server.ts'

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

async function look(noted: AuditHead | undefined, given: string | undefined): Promise<AuditCheck> {
  const settings = settingsHere()
  const url = given ?? urlOf(settings)
  if (await healthOf(url)) return ask(url, noted)
  if (given !== undefined) throw new Failed(`No Streambed answers at ${url}. Is it running there?`)
  if (!existsSync(storePath(settings)))
    throw new Failed(`There is no audit in ${settings.dataDir}, and no server answers at ${url}.`)
  await using store = openStore(settings)
  return store.audit.verify(noted)
}

async function ask(url: string, noted: AuditHead | undefined): Promise<AuditCheck> {
  const query = noted ? `?number=${noted.number}&hash=${noted.hash}` : ''
  const check = await askServer<AuditCheck>(url, `/v1/audit/verify${query}`)
  if (!check) throw new Failed(`The server at ${url} is older than this command.`)
  return check
}
