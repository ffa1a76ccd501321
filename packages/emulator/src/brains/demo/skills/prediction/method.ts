import { amountIn } from './claim.ts'
import type { Prediction } from './document.ts'

/** How to find out whether a claim has come true: by what it is about. */
export function methodFor(claim: string, when: string): Prediction['verification_method'] {
  const { sources, look } = FIELDS.find(({ about }) => about.test(claim)) ?? ANYTHING
  return {
    source: sources,
    criteria: [`By ${when}, this is the case: ${claim}.`, ...threshold(claim)],
    steps: [
      `Wait until ${when}.`,
      `Look at ${sources[0]}: ${look}.`,
      `Compare it with a second source${sources[1] ? `, such as ${sources[1]}` : ''}.`,
      'Judge true if all criteria are met, false if one is not, inconclusive if it cannot be seen.',
    ],
  }
}

/** A number that must be reached or kept under. */
function threshold(claim: string): readonly string[] {
  const place = /\btop (\d+)\b/i.exec(claim)?.[1]
  if (place) return [`The final place is ${place} or better.`]
  const amount = amountIn(claim)
  if (!amount) return []
  if (/>|\b(?:above|over|reach\w*|hits?|exceed\w*|surpass\w*|cross\w*|at least|more than|tops?)\b/i.test(claim))
    return [`The value has been at or above ${amount} at least once.`]
  if (/<|\b(?:below|under|falls?|drops?|less than|at most)\b/i.test(claim))
    return [`The value has been at or below ${amount} at least once.`]
  return []
}

interface Field {
  readonly about: RegExp
  readonly sources: readonly string[]
  readonly look: string
}

const FIELDS: readonly Field[] = [
  {
    about:
      /\b(?:win|wins|won|league|cup|match|game|medals?|champion\w*|score|goals?|final|olympic\w*|season|top \d+)\b/i,
    sources: ['the official results of the organiser', 'a sports news agency’s report'],
    look: 'the official result',
  },
  {
    about: /\b(?:bitcoin|btc|ethereum|eth|crypto|solana|dogecoin)\b/i,
    sources: ['CoinGecko, historical prices', 'the price history of a large exchange, such as Coinbase or Kraken'],
    look: 'the price for each day up to the date',
  },
  {
    about:
      /\b(?:tesla|nvidia|apple|microsoft|amazon|google|alphabet|meta|netflix|intel|amd|boeing|novo nordisk|equinor|sap)\b.*(?:[$€£]|\b(?:clos\w+|hits?|trad\w+|above|over|below|under|shares?)\b)/i,
    sources: ['the stock exchange where it is listed, closing prices', 'Yahoo Finance, historical prices'],
    look: 'the price of each trading day up to the date',
  },
  {
    about: /\b(?:earthquakes?|magnitude|tsunami|volcan\w+|erupt\w*)\b/i,
    sources: ['the U.S. Geological Survey, earthquake catalogue', 'the national geological service of the place'],
    look: 'the events in the region with their magnitudes',
  },
  {
    about: /\bS&P 500\b|\b(?:nasdaq|dow jones|dax|ftse|nikkei|index|stocks?|shares?|market cap)\b/i,
    sources: ['the index or stock exchange itself, closing values', 'FRED, the economic data of the St. Louis Fed'],
    look: 'the closing value of each trading day up to the date',
  },
  {
    about: /\b(?:brent|oil|gold|silver|copper|wheat|gas price)\b/i,
    sources: [
      'the exchange where it is traded (ICE, CME or LME), settlement prices',
      'the World Bank’s commodity prices',
    ],
    look: 'the settlement price of each trading day up to the date',
  },
  {
    about: /\b(?:inflation|interest rates?|gdp|unemployment|euro|dollar|krone|yen|pound|fed|ecb)\b/i,
    sources: ['the statistics office or central bank concerned', 'the OECD’s data'],
    look: 'the figure published for the period',
  },
  {
    about: /\b(?:rain|snow|sunny|sunshine|storm|warm|freez|temperature|degrees|weather|hot|cold|frost|hurricane)\w*\b/i,
    sources: ['the national weather service, observations for the place', 'the climate data of a station nearby'],
    look: 'the observations for the days concerned',
  },
  {
    about: /\b(?:elect\w*|president|parliament|minister|vote|votes|party|referendum|government)\b/i,
    sources: ['the electoral authority’s official result', 'Reuters or AP'],
    look: 'the certified result',
  },
  {
    about: /\b(?:ship|ships|launch\w*|releas\w*|announce\w*|version|product|users|customers|revenue|company)\b/i,
    sources: ['the organisation’s own announcements and release notes', 'its filings, or a trade journal'],
    look: 'the announcement and its date',
  },
]

const ANYTHING: Field = {
  about: /^/,
  sources: ['the official statement of whoever is concerned', 'a news agency, such as Reuters or AP'],
  look: 'what was reported up to the date',
}
