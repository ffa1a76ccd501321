/** Token buckets, one for each name: they fill by and by, and what is done takes from them. */
export interface Buckets {
  /** Takes one token if there is one. Returns after how many milliseconds there will be one; 0 when it was taken. */
  take(name: string): number
  readonly size: number
}

interface Bucket {
  /** When it was, or will be, empty, if nothing is taken any more: what it holds is the time since. */
  emptyAt: number
}

/** How many buckets are kept. A full one is like none, so that mostly those are forgotten. */
const MAX_BUCKETS = 50_000
/** A bucket holds what comes in so many milliseconds. */
const DEPTH_MS = 10_000

/** `now` must never go back: `performance.now`. There are no timers: a bucket fills while nobody looks. */
export function buckets(
  perMinute: number,
  { now = () => performance.now(), most = MAX_BUCKETS }: { readonly now?: () => number; readonly most?: number } = {},
): Buckets {
  const each = 60_000 / perMinute
  const depth = Math.max(each, DEPTH_MS)
  const known = new Map<string, Bucket>() // the one that was used longest ago is the first

  return {
    take(name) {
      const time = now()
      const bucket = known.get(name) ?? { emptyAt: time - depth }
      known.delete(name)
      if (known.size >= most) forget(time)
      known.set(name, bucket)
      const emptyAt = Math.max(bucket.emptyAt, time - depth) + each
      if (emptyAt > time) return Math.ceil(emptyAt - time)
      bucket.emptyAt = emptyAt
      return 0
    },
    get size() {
      return known.size
    },
  }

  /** Those at the front that are full again, and one in any case. */
  function forget(time: number): void {
    let isFirst = true
    for (const [name, { emptyAt }] of known) {
      if (!isFirst && emptyAt > time - depth) return
      known.delete(name)
      isFirst = false
    }
  }
}
