import { numberInWords } from './amounts.ts'

/** What the per cents in a text are of. Returns are by the month. */
export interface Percentages {
  readonly monthly?: number
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly drawdown?: number
  readonly position?: number
  /** By how much the money is to change. */
  readonly capitalBy?: number
}

/** Reads clause by clause: "a 5% stop-loss and 3% a month" are two. */
export function percentagesIn(text: string): Percentages {
  const found: { -readonly [Name in keyof Percentages]: number } = {}
  let before = ''
  for (const clause of text.toLowerCase().split(CLAUSES)) {
    const percent = PERCENT.exec(clause)
    if (percent) {
      const value = numberOf(percent[1]!)
      const meant = meaningOf(clause) ?? meaningOf(before) ?? meaningOf(text.toLowerCase()) ?? 'monthly'
      if (value !== undefined)
        found[meant] ??= meant === 'monthly' ? monthly(value, clause, before) : signed(value, meant, clause)
    }
    before = percent ? '' : clause
  }
  return found
}

const CLAUSES = /[;!?\n]|,(?!\d)|\.(?!\d)|\b(?:and|with|but|plus|then)\b/
const PERCENT = /(-?\d+(?:[.,]\d+)?|\b[a-z]+(?:-[a-z]+)?)\s*(?:%|per ?cent\b|pct\b|prozent\b)/

const MEANINGS: readonly (readonly [keyof Percentages, RegExp])[] = [
  ['stopLoss', /stop[- ]?loss|\bstops?\b|\bcut (?:my |the )?loss/],
  ['takeProfit', /take[- ]?profit|profit[- ]target|\btp\b/],
  ['drawdown', /draw-?down|\bmax(?:imum)? loss|\blose (?:at most|no more|more than|max|up to)/],
  ['position', /position|\bper (?:trade|stock|asset)|\beach (?:trade|stock|asset)/],
  ['capitalBy', /(?:capital|money|amount|budget|stake|invest\w*).*\bby\b|\bby\b.*(?:capital|money|amount|budget)/],
  [
    'monthly',
    /month|year|annual|annum|p\.?a\b|week|daily|a day|per day|monat|jahr|returns?|yield|gain|profit|aim|target|goal/,
  ],
]

function meaningOf(clause: string): keyof Percentages | undefined {
  return MEANINGS.find(([, pattern]) => pattern.test(clause))?.[0]
}

function signed(value: number, meant: keyof Percentages, clause: string): number {
  return meant === 'capitalBy' && /\b(?:reduc|decreas|lower|cut|less)/.test(clause) ? -value : value
}

function numberOf(text: string): number | undefined {
  return /\d/.test(text) ? Number(text.replace(',', '.')) : numberInWords(text)
}

/** A return by the year, the week or the day as one by the month, without interest on interest. */
function monthly(value: number, clause: string, before: string): number {
  const period = PERIODS.find(([pattern]) => pattern.test(clause)) ?? PERIODS.find(([pattern]) => pattern.test(before))
  return Math.round(value * (period?.[1] ?? 1) * 100) / 100
}

const PERIODS: readonly (readonly [RegExp, number])[] = [
  [/month|monat/, 1],
  [/year|annual|annum|p\.?a\b|jahr/, 1 / 12],
  [/week/, 52 / 12],
  [/daily|a day|per day|each day/, 21],
]
