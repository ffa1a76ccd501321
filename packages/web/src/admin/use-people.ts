import type { PersonInfo } from '@streambed/client'
import { useCallback } from 'react'
import { account, useWho } from '../sign-in/account.ts'
import { useList } from '../sign-in/use-list.ts'

/** How many pages of people are read: 1,000 names. Others are shown by their ids. */
const MAX_PAGES = 5

export interface People {
  readonly items: readonly Pick<PersonInfo, 'user' | 'name' | 'email'>[]
  /** What people call a user; the id of one who is not known here. */
  nameOf(user: string): string
}

/** The people of one's organisation, for admins. Nobody but oneself where nobody signs in. */
export function usePeople(): People {
  const who = useWho()
  const hasOthers = who !== null && who.via !== 'local'
  const items = useList(useCallback(async () => (hasOthers ? allPeople() : []), [hasOthers])).value ?? []
  return { items, nameOf: (user) => items.find((person) => person.user === user)?.name ?? user }
}

async function allPeople(): Promise<readonly PersonInfo[]> {
  const all: PersonInfo[] = []
  let after: number | null = 0
  for (let page = 0; page < MAX_PAGES && after !== null; page++) {
    const { items, next }: Awaited<ReturnType<typeof account.people>> = await account.people(after)
    all.push(...items)
    after = items.length === 0 ? null : next
  }
  return all
}
