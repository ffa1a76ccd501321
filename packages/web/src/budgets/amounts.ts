/** The most that a budget may say, in micro-dollars and in tokens. */
export const MOST = 1_000_000_000_000

/** What is wrong with an amount that somebody has written. */
export interface AmountError {
  readonly wrong: 'notNumber' | 'notWhole' | 'negative' | 'tooMuch'
}

/** The part of a number field that says what was written. */
export interface NumberField {
  readonly value: string
  readonly validity: { readonly badInput: boolean }
}

/** Dollars as whole micro-dollars; null where nothing was written. */
export function dollarsOf(field: NumberField): number | null | AmountError {
  return amountOf(field, (dollars) => Math.round(dollars * 1e6))
}

/** A count of tokens; null where nothing was written. */
export function tokensOf(field: NumberField): number | null | AmountError {
  return amountOf(field, (tokens) => (Number.isInteger(tokens) ? tokens : { wrong: 'notWhole' }))
}

function amountOf(
  { value, validity }: NumberField,
  counted: (written: number) => number | AmountError,
): number | null | AmountError {
  if (validity.badInput) return { wrong: 'notNumber' } // the browser gives no value then
  if (value.trim() === '') return null
  const written = Number(value)
  if (!Number.isFinite(written)) return { wrong: 'notNumber' }
  if (written < 0) return { wrong: 'negative' }
  const amount = counted(written)
  return typeof amount === 'number' && amount > MOST ? { wrong: 'tooMuch' } : amount
}
