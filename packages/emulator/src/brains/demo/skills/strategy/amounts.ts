/** A sum of money that a text names. */
export interface Amount {
  readonly value: number
  /** What it is in, where that is said and is not dollars. */
  readonly currency: string | undefined
  readonly index: number
  readonly text: string
}

/** The first sum of money in a text: "$5,000", "10k", "5.000 €", "half a million", "two thousand bucks", "I have 7500". */
export function amountIn(text: string): Amount | undefined {
  const lower = text.toLowerCase().replace(/\b401\s?\(?k\)?|\b(?:in|by|until|since|year) (?:19|20)\d\d\b/g, blank)
  return [marked, scaled, owned, worded]
    .flatMap((way) => way(lower) ?? [])
    .sort((a, b) => a.index - b.index || b.text.length - a.text.length)[0]
}

/** A number in words: "twenty-five", "half a million", "two thousand five hundred". Undefined where there is none. */
export function numberInWords(text: string): number | undefined {
  const words = text.toLowerCase().split(/[\s-]+/)
  if (words[0] === 'half') return 0.5 * scaleOf(words.at(-1)!)
  if (words[0] === 'quarter' || words[1] === 'quarter') return 0.25 * scaleOf(words.at(-1)!)
  let total = 0
  let group = 0
  for (const word of words) {
    if (word === 'and') continue
    if (word === 'hundred') group = (group || 1) * 100
    else if (word in SCALES) [total, group] = [total + (group || 1) * scaleOf(word), 0]
    else group += word === 'a' ? 1 : (NUMBERS.get(word) ?? 0)
  }
  return total + group || undefined
}

const blank = (text: string): string => ' '.repeat(text.length)
const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  grand: 1e3,
  thousand: 1e3,
  m: 1e6,
  mio: 1e6,
  mil: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
}
const scaleOf = (word: string): number => SCALES[word.replace(/s$/, '')] ?? 1

const ONES =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'
const NUMBERS = new Map([
  ...ONES.split(' ').map((word, i) => [word, i + 1] as const),
  ...TENS.split(' ').map((word, i) => [word, (i + 2) * 10] as const),
])

const DIGITS = String.raw`-?\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|-?\d+(?:[.,]\d{1,2})?(?!\d)`
const SCALE = String.raw`(?:\s?(k|m|mio|mil|bn|grand|thousand|millions?|billions?)\b)?`
const SIGN = '([$€£¥]|usd|eur|gbp|chf|nok|sek|dkk|us ?dollars?|dollars?|bucks|euros?|pounds?|quid|francs?|kroner?|yen)'
const NOT_A_RATE = String.raw`(?!\s*(?:%|per ?cent|pct|x\b))`

/** With the name of its currency, before or after it. */
function marked(text: string): Amount | undefined {
  const before = new RegExp(String.raw`(-\s?)?${SIGN}\s?(${DIGITS})${SCALE}${NOT_A_RATE}`).exec(text)
  const after = new RegExp(String.raw`(?<![\d.,])(${DIGITS})${SCALE}\s?${SIGN}(?![a-z])`).exec(text)
  if (before && (!after || before.index <= after.index)) {
    const [all, minus, sign, digits, scale] = before
    return amount(before.index, all, (minus ? -1 : 1) * sumOf(digits!, scale), sign)
  }
  return after ? amount(after.index, after[0], sumOf(after[1]!, after[2]), after[3]) : undefined
}

/** With a scale that only money has here: "10k", "3 grand". */
function scaled(text: string): Amount | undefined {
  const found = new RegExp(
    String.raw`(?<![\d.,])(${DIGITS})\s?(k|m|mio|bn|grand|thousand|millions?|billions?)\b${NOT_A_RATE}`,
  ).exec(text)
  return found ? amount(found.index, found[0], sumOf(found[1]!, found[2]), undefined) : undefined
}

/** A plain number behind a word that says whose money it is. */
function owned(text: string): Amount | undefined {
  const found = new RegExp(
    String.raw`\b(?:have|got|invest(?:ing)?|put(?:ting)?(?: in)?|start(?:ing)? with|use|using|saved|(?:capital|budget|money|amount|account)(?: of| is| to|:)?)\s+(?:about |around |roughly |only |some )?(${DIGITS})(?![.,]\d)${NOT_A_RATE}(?!\s*(?:k|m|mio|bn|grand|thousand|millions?|billions?|days?|weeks?|months?|years?|strateg\w*|stocks?|positions?|kids?)\b)`,
  ).exec(text)
  return found ? amount(found.index, found[0], sumOf(found[1]!, undefined), undefined) : undefined
}

/** In words: "half a million", "two thousand". */
function worded(text: string): Amount | undefined {
  const names = [...NUMBERS.keys()].sort((a, b) => b.length - a.length).join('|')
  const scale = '(?:hundred|thousand|grand|k|million|billion)'
  const found = new RegExp(
    String.raw`\b(?:(?:half|(?:a )?quarter)(?: of)?(?: a)?[ -](?:million|billion)|(?:a|${names})(?:[ -](?:${names}))?(?:[ -](?:and )?(?:${names}|hundred|thousand|grand|million|billion))*[ -]${scale})s?\b(?:\s+${SIGN}(?![a-z]))?`,
  ).exec(text)
  if (!found) return undefined
  const sign = found[1]
  const value = numberInWords(sign ? found[0].slice(0, -sign.length).trim() : found[0])
  return value === undefined ? undefined : amount(found.index, found[0], value, sign)
}

function amount(index: number, text: string, value: number, sign: string | undefined): Amount {
  return { index, text, value, currency: sign && !/^(?:\$|usd|us ?dollar|dollar|buck)/.test(sign) ? sign : undefined }
}

/** Three digits behind a point or a comma are thousands: "5.000 €" is what Germans write. */
function sumOf(digits: string, scale: string | undefined): number {
  const plain = digits
    .replace(/[.,' ](?=\d{3}(?!\d))/g, '')
    .replace(/,(?=\d{1,2}$)/, '.')
    .replace(/\s/g, '')
  return Number(plain) * (scale ? scaleOf(scale) : 1)
}
