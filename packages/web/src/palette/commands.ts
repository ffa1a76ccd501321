import type { LucideIcon } from 'lucide-react'

/** Something that the palette can do. */
export interface Command {
  readonly id: string
  readonly label: string
  readonly icon: LucideIcon
  /** What stands beside it, such as what kind of thing it is. */
  readonly note?: string
  readonly run: () => void
}

/**
 * The commands that a query means, the best first: those whose label begins with it, then those of which a word does, then those
 * that have all of its words somewhere. All of them in their order where nothing is asked.
 */
export function matching<Item extends Pick<Command, 'label'>>(items: readonly Item[], query: string): readonly Item[] {
  const asked = plain(query)
  if (asked === '') return items
  const words = asked.split(/\s+/)
  const ranked = items.flatMap((item) => {
    const label = plain(item.label)
    if (!words.every((word) => label.includes(word))) return []
    const rank = label.startsWith(asked) ? 0 : label.split(/\s+/).some((word) => word.startsWith(asked)) ? 1 : 2
    return [{ item, rank }]
  })
  return ranked.toSorted((one, other) => one.rank - other.rank).map(({ item }) => item)
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
