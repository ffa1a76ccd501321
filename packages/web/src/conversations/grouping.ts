/** The headings of the list, in the order in which they are shown. */
export const GROUPS = ['pinned', 'today', 'yesterday', 'week', 'older'] as const
export type GroupName = (typeof GROUPS)[number]

export interface Group<Item> {
  readonly name: GroupName
  readonly items: readonly Item[]
}

/**
 * Conversations under the headings of the list: the pinned ones, then by how long ago they were last touched, by the
 * days of
 * this computer's calendar. Keeps the order it is given; leaves out what is empty.
 */
export function groupConversations<Item extends { readonly pinned: boolean; readonly updatedAt: string }>(
  items: readonly Item[],
  now: Date,
): readonly Group<Item>[] {
  const groups = Map.groupBy(items, (item) => (item.pinned ? 'pinned' : ageOf(new Date(item.updatedAt), now)))
  return GROUPS.flatMap((name) => {
    const members = groups.get(name)
    return members ? [{ name, items: members }] : []
  })
}

function ageOf(moment: Date, now: Date): GroupName {
  if (moment >= midnight(now, 0)) return 'today' // also what a server with a faster clock says of the next minutes
  if (moment >= midnight(now, 1)) return 'yesterday'
  if (moment >= midnight(now, 7)) return 'week'
  return 'older'
}

/** When the day began that many days ago; a day of 23 or 25 hours counts as one. */
function midnight(now: Date, daysAgo: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo)
}
