/** Counts who is in, by name. A name that nobody has any more takes no memory. */
export interface Places {
  /** Takes a place for each of the names, or none when one of them has no more. Returns how to leave: once, however often it is called. */
  enter(names: readonly Seat[]): (() => void) | undefined
  count(name: string): number
}

export interface Seat {
  readonly name: string
  readonly most: number
}

export function places(): Places {
  const taken = new Map<string, number>()
  const count = (name: string): number => taken.get(name) ?? 0

  return {
    count,
    enter(seats) {
      if (seats.some(({ name, most }) => count(name) >= most)) return undefined
      for (const { name } of seats) taken.set(name, count(name) + 1)
      let isIn = true
      return () => {
        if (!isIn) return
        isIn = false
        for (const { name } of seats) {
          if (count(name) > 1) taken.set(name, count(name) - 1)
          else taken.delete(name)
        }
      }
    },
  }
}
