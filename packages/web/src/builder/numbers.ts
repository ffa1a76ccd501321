/** Whole dollars for people, with cents where there are some: `$5,000`, `$12.50`. */
export function formatDollars(dollars: number, locale: string): string {
  const digits = Number.isInteger(dollars) ? 0 : 2
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(dollars)
}

/** Per cent for people: `3%`, `-0.5%`. */
export function formatPercent(percent: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(percent / 100)
}
