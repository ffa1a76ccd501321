/** Lets deeds with the same key pass one after the other; keys that nobody waits at are forgotten. */
export function turnstile(): <Result>(key: string, deed: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>()

  return async function inTurn(key, deed) {
    const before = last.get(key)
    const mine = before ? before.then(deed, deed) : deed()
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
