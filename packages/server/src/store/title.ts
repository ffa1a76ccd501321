/** What a text makes as a title: the first 80 characters or so, on one line, cut between words. */
export function beginning(text: string): string | null {
  const line = text
    .slice(0, 400)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (line.length <= 80) return line || null
  const cut = line.slice(0, 80)
  const lastSpace = cut.lastIndexOf(' ')
  return `${(lastSpace > 40 ? cut.slice(0, lastSpace) : cut).toWellFormed().replace(/\uFFFD$/, '')}…`
}
