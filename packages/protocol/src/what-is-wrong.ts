import type * as z from 'zod'

/** At most so many mistakes are named. */
const NAMED = 5

/** What is wrong with an input, in sentences: where, and what would be right. */
export function whatIsWrong({ issues }: Pick<z.ZodError, 'issues'>): string {
  const said = issues.slice(0, NAMED).map(({ path, message }) => {
    const where = path.map(String).join('.')
    const what = message.replace(/^Invalid input: /, '').replace(/\.$/, '')
    return where === '' ? `${what.charAt(0).toUpperCase()}${what.slice(1)}.` : `${where}: ${what}.`
  })
  const more = issues.length - said.length
  return [...said, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ')
}
