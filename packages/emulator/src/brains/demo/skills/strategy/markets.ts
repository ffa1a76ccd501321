/** What is wanted of the things that are traded. */
export interface MarketWish {
  readonly only?: readonly string[]
  readonly add?: readonly string[]
  readonly drop?: readonly string[]
}

const MARKETS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['bitcoin', /\b(?:bitcoin|btc)\b/g],
  ['ether', /\b(?:ether(?:eum)?|eth)\b/g],
  ['crypto', /\bcrypto(?:s|currenc\w+)?\b/g],
  ['tech stocks', /\btech(?:nology)? (?:stocks|shares)\b/g],
  ['dividend stocks', /\bdividend(?:s| stocks| shares)\b/g],
  ['stocks', /(?<!(?:tech|technology|dividend) )\b(?:stocks?|shares|equit(?:y|ies))\b/g],
  ['index funds', /\b(?:etfs?|index funds?|funds?)\b/g],
  ['bonds', /\b(?:bonds?|treasur(?:y|ies))\b/g],
  ['currencies', /\b(?:forex|fx|currenc(?:y|ies))\b/g],
  ['gold', /\bgold\b/g],
  ['silver', /\bsilver\b/g],
  ['commodities', /\b(?:commodit(?:y|ies)|oil)\b/g],
  ['real estate', /\b(?:real estate|reits?|property)\b/g],
  ['options', /\boptions\b/g],
]

/** What a text says of what is to be traded: "no crypto, use gold instead", "add bonds", "ETFs only". */
export function marketsIn(text: string): MarketWish | undefined {
  const add: string[] = []
  const drop: string[] = []
  const named: string[] = []
  for (const clause of text
    .toLowerCase()
    .split(/[,;!?\n]|\.(?!\d)|\bbut\b|\band (?=(?:no|add|drop|remove|without)\b)/)) {
    const outOf =
      /\b(?:no|not|without|never|exclud\w+|remov\w+|drop|delete|avoid|get rid of|sell|out of|instead of|rather than|except|less)\b/.exec(
        clause,
      )
    const into = /\b(?:add|includ\w+|also|as well|some|more|plus)\b/.test(clause)
    for (const [name, pattern] of MARKETS) {
      for (const { index } of clause.matchAll(pattern)) {
        if (outOf && index > outOf.index) drop.push(name)
        else if (into) add.push(name)
        else named.push(name)
      }
    }
  }
  if (add.length + drop.length + named.length === 0) return undefined
  if (drop.length > 0) return { add: [...add, ...named], drop } // one thing in place of another
  return { ...(named.length > 0 && { only: named }), ...(add.length > 0 && { add }) }
}

/** The list after the wish. What is named at its broadest takes what is narrower with it. */
export function marketsAfter(before: readonly string[], { only, add = [], drop = [] }: MarketWish): readonly string[] {
  const kept = (only ?? before).filter((name) => !drop.some((gone) => name.includes(gone.replace(/s$/, ''))))
  return [...new Set([...kept, ...add])]
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

export function split(list: string): readonly string[] {
  return list.split(/, | and /).filter(Boolean)
}
