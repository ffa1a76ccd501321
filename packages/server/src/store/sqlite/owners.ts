import type { Owner } from '@streambed/protocol'
import type { Database } from './database.ts'

/** Owners and the numbers that stand for them. */
export interface Owners {
  find(owner: Owner): number | undefined
  findOrAdd(owner: Owner): number
}

export function openOwners(db: Database): Owners {
  const select = db.prepare('select number from owner where name = ?')
  const insert = db.prepare('insert into owner (name) values (?)')
  const find = (owner: Owner): number | undefined => select.get(nameOf(owner))?.['number'] as number | undefined

  return {
    find,
    findOrAdd: (owner) => find(owner) ?? Number(insert.run(nameOf(owner)).lastInsertRowid),
  }
}

export function ownerOf(name: string): Owner {
  const [org, user] = JSON.parse(name) as [string, string] // as `nameOf` wrote it
  return { org, user }
}

const nameOf = ({ org, user }: Owner): string => JSON.stringify([org, user])
