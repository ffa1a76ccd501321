import type { Budget } from '@streambed/client/admin'
import { formatMoney } from '../format/money.ts'
import { formatCount } from '../format/numbers.ts'
import { adminText } from '../text/admin.ts'
import { text } from '../text/text.ts'

const words = adminText.budgets

/** What may be spent: `$5.00 and 20,000 tokens`. */
export function limitText({ microDollars, tokens }: Pick<Budget, 'microDollars' | 'tokens'>): string {
  const money = microDollars === null ? null : amountText('microDollars', microDollars)
  const count = tokens === null ? null : amountText('tokens', tokens)
  return money && count ? words.and(money, count) : (money ?? count ?? '')
}

export function amountText(of: 'microDollars' | 'tokens', amount: number): string {
  return of === 'microDollars' ? formatMoney(amount, text.locale) : words.tokens(formatCount(amount, text.locale))
}
