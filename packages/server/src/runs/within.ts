/** Waits for something, but no longer than so many milliseconds. */
export async function within(ms: number, deed: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ms)
  await Promise.race([deed, late.promise])
  clearTimeout(timer)
}
