/** A count for people: `1,204`. */
export function formatCount(count: number, locale = 'en'): string {
  return new Intl.NumberFormat(locale).format(count)
}

/** A size in bytes for people: `812 B`, `4.5 MB`. Powers of ten, as file managers show them. */
export function formatBytes(bytes: number, locale = 'en'): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  const maximumFractionDigits = size < 10 && unit > 0 ? 1 : 0
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits }).format(size)} ${units[unit]}`
}
