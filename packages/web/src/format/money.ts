/**
 * Dollars for people, from whole micro-dollars: two decimals from a dollar up, up to three from a cent up, two significant digits
 * below, so that no cost above nothing reads as nothing.
 */
export function formatMoney(microDollars: number, locale = 'en'): string {
  const dollars = microDollars / 1_000_000
  return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', ...digits(dollars) }).format(dollars)
}

function digits(dollars: number): Intl.NumberFormatOptions {
  if (dollars === 0) return { maximumFractionDigits: 0 }
  if (dollars >= 1) return { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  if (dollars >= 0.01) return { minimumFractionDigits: 2, maximumFractionDigits: 3 }
  return { maximumSignificantDigits: 2 }
}
