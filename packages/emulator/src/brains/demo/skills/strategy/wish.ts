import type { Risk } from './document.ts'

/** What the user wants, as far as it was said. */
export interface Wish {
  readonly risk?: Risk
  readonly safer?: boolean
  readonly bolder?: boolean
  readonly capital?: number
  readonly factor?: number
  readonly monthly?: number
  readonly stopLoss?: number
  readonly remove?: string
  readonly market?: string
}

/** What somebody's words say about it. Empty where they say nothing. */
export function wishIn(text: string): Wish {
  const lower = text.toLowerCase()
  return {
    ...riskIn(lower),
    ...capitalIn(lower),
    ...monthlyIn(lower),
    ...stopLossIn(lower),
    ...removalIn(lower),
    ...marketIn(lower),
  }
}

function riskIn(text: string): Wish {
  if (/\b(safer|less risk|lower risk|reduce (the )?risk|more (careful|conservative|cautious))/.test(text))
    return { safer: true }
  if (/\b(riskier|more risk|bolder|more aggressive)/.test(text)) return { bolder: true }
  if (/\b(conservative|low[- ]risk|cautious|careful|defensive|safe|(capital )?preservation)\b/.test(text))
    return { risk: 'Low' }
  if (/\b(aggressive|high[- ](risk|returns?|yield)|degen|moonshot|all[- ]in|maximum returns?)\b/.test(text))
    return { risk: 'High' }
  if (/\b(moderate|balanced|medium([- ]risk)?)\b/.test(text)) return { risk: 'Medium' }
  return {}
}

function capitalIn(text: string): Wish {
  if (/\bdouble\b/.test(text)) return { factor: 2 }
  if (/\btriple\b/.test(text)) return { factor: 3 }
  if (/\b(halve|half)\b/.test(text)) return { factor: 0.5 }
  const found =
    /(?:[$€£]|usd|eur|gbp)\s*(\d[\d.,]*)\s*(k|m|thousand|million)?\b/.exec(text) ??
    /\b(\d[\d.,]*)\s*(k|m|thousand|million)?\s*(?:[$€£]|usd|eur|gbp|dollars?|bucks|euros?|pounds?)/.exec(text) ??
    /\b(?:have|invest|put|start with|(?:capital|budget)(?: of| is| to)?)\s+(\d[\d.,]*)\s*(k|m|thousand|million)?\b(?!\s*(?:%|per ?cent))/.exec(
      text,
    )
  if (!found) return {}
  const amount = Number(found[1]!.replace(/,/g, '').replace(/\.$/, ''))
  const unit = found[2]?.[0] === 'k' || found[2] === 'thousand' ? 1_000 : found[2] ? 1_000_000 : 1
  return Number.isFinite(amount) ? { capital: amount * unit } : {}
}

function monthlyIn(text: string): Wish {
  const found =
    /([\d.]+)\s*(?:%|per ?cent)\s*(?:\w+\s+){0,2}?(monthly|a month|per month|each month|yearly|annual|a year|per year)/.exec(
      text,
    ) ?? /(monthly|annual|yearly)\s+(?:returns?|gains?|yield)\s+of\s+(?:about\s+)?([\d.]+)\s*(?:%|per ?cent)/.exec(text)
  if (!found) return {}
  const [rate, period] = /^[\d.]/.test(found[1]!) ? [found[1]!, found[2]!] : [found[2]!, found[1]!]
  const value = Number(rate)
  return { monthly: /year|annual/.test(period) ? Math.round((value / 12) * 100) / 100 : value }
}

function stopLossIn(text: string): Wish {
  const found =
    /([\d.]+)\s*(?:%|per ?cent)\s*(?:trailing\s+)?stop[- ]?loss/.exec(text) ??
    /stop[- ]?loss\s+(?:of|at|to)\s+([\d.]+)\s*(?:%|per ?cent)/.exec(text)
  if (found) return { stopLoss: Number(found[1]) }
  return /\b(add|with|include)\b.*\bstop[- ]?loss/.test(text) ? { stopLoss: 5 } : {}
}

function removalIn(text: string): Wish {
  const found =
    /\b(?:remove|drop|delete|disable|(?:turn|switch) off|without)\s+(?:the\s+)?(stop[- ]?loss|rebalanc\w*|drawdown|position limit|diversif\w*)/.exec(
      text,
    )
  return found ? { remove: found[1]!.replace(/[- ]/g, '_').replace(/^stop_?loss$/, 'stop_loss') } : {}
}

function marketIn(text: string): Wish {
  const markets = {
    crypto: 'crypto',
    bitcoin: 'bitcoin',
    stock: 'stocks',
    etf: 'index funds',
    bond: 'bonds',
    forex: 'currencies',
    gold: 'gold',
  }
  const found = Object.entries(markets).find(([word]) => new RegExp(`\\b${word}s?\\b`).test(text))
  return found ? { market: found[1] } : {}
}
