/** What the user claims, as a sentence: without how sure they are, and without being a question. */
export function claimIn(text: string): string {
  const sentence = text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(SURE, '')
    .trim()
    .replace(/^(?:well|ok|okay|hi|hello|hey)[,!.]? /i, '')
    .replace(/^(?:now |and |then )*(?:something else|(?:a )?(?:new|another|next) (?:one|call|prediction))[:,.]? /i, '')
    .replace(
      /^(?:please )?(?:predict|make a (?:prediction|call)|my (?:prediction|call) is|i (?:predict|bet|think|believe|say|expect))(?: that)?:? /i,
      '',
    )
    .replace(/[?.!\s]+$/, '')
  const [, verb, rest] = /^(will|is|are|does|do) (.+)$/i.exec(sentence) ?? []
  const claim = verb && rest ? turned(verb.toLowerCase(), rest) : sentence
  return claim.charAt(0).toUpperCase() + claim.slice(1)
}

/** `Will Norway win gold` as `Norway will win gold`: the verb goes before the first word that can be one's own. */
function turned(verb: string, rest: string): string {
  const words = rest.split(' ')
  const end = words.findIndex((word, i) => i > 0 && VERBS.has(word.toLowerCase()))
  const at = end > 0 ? end : Math.min(/^(?:the|a|an)$/i.test(words[0]!) ? 2 : 1, words.length)
  return [...words.slice(0, at), verb, ...words.slice(at)].join(' ')
}

const VERBS = new Set(
  'be win lose reach hit rise fall close open cross pass exceed surpass drop rain snow ship launch release announce leave stay get have become end finish beat break go come sell buy trade land resign pass grow double'.split(
    ' ',
  ),
)

const SURE =
  /(?:,? ?\(?(?:and )?(?:i am|i'm|im|we are|with)? ?(?:about |around )?\b\d{1,3} ?(?:%|percent|per cent) (?:sure|certain|confident|confidence|likely|chance|probability)\)?(?: that| of it)?[:,]?)/i

/** How sure the user says they are, from 0 to 1. */
export function confidenceIn(text: string): number | undefined {
  const said =
    /\b(\d{1,3}) ?(?:%|percent|per cent) (?:sure|certain|confident|confidence|likely|chance|probability)|\bconfidence\D{0,12}(\d{1,3}) ?(?:%|percent)/i.exec(
      text,
    )
  const percent = Number(said?.[1] ?? said?.[2])
  return said && percent <= 100 ? percent / 100 : undefined
}

/** Whether the user wants the prediction that stands changed, and gives another date. */
export function changesDate(text: string): boolean {
  return /^(?:no,? |actually,? |rather,? |please |sorry,? |i meant )*(?:make (?:it|that)|change|move|push|set|postpone|instead|better|by |until |before |in \d|the date)\b/i.test(
    text.trim(),
  )
}

/** Another number for the claim that stands, such as "actually 200k" or "no, below 15"; undefined where that is not all it says. */
export function otherNumber(text: string): { readonly number: string; readonly sense: string | undefined } | undefined {
  const [, sense, number] =
    /^(?:no|actually|rather|sorry|i meant|i mean|make (?:it|that)|better|instead|more like|wait|hm+|[,. ])*\b(?:at )?(above|over|below|under|more than|less than|at least|at most)?\s*((?:[$€£] ?)?\d[\d.,]*(?<![.,])\s?(?:%|[kmbKMB]n?\b)?)(?: (?:instead|please|then|dollars|points|medals|goals))*[.!]*$/i.exec(
      text.trim(),
    ) ?? []
  return number === undefined ? undefined : { number: number.trim(), sense: sense?.toLowerCase() }
}

/** The claim with that number in place of its own, and its direction where one is given. */
export function withNumber(
  claim: string,
  { number, sense }: { readonly number: string; readonly sense: string | undefined },
): string {
  const own = amountIn(claim)
  if (!own) return claim
  const sign = /^[$€£]/.exec(own)?.[0] ?? ''
  const changed = claim.replace(own, /^[$€£]/.test(number) ? number : `${sign}${number}`)
  return sense === undefined ? changed : changed.replace(SENSES, sense)
}

/** The number that a claim is about: no year, no name of an index. */
export function amountIn(claim: string): string | undefined {
  const blanked = claim.replace(/\b(?:19|20|21)\d\d\b|\bS&P 500\b|\bQ[1-4]\b|\bGPT-\d+\b|\b\d{1,2}:\d\d\b/gi, (name) =>
    ' '.repeat(name.length),
  )
  const found = /(?:[$€£] ?)?\d[\d,.]*(?<![.,])(?:\s?(?:%|(?:k|m|bn?|million|billion|trillion)\b))?/i.exec(blanked)
  return found?.[0]
}

const SENSES = /\b(?:above|over|below|under|more than|less than|at least|at most)\b/i

/** What the user wants it looked up at instead. */
export function otherSource(text: string): string | undefined {
  return /\b(?:(?:change|set|make) the source(?: to)?|(?:use|take)|look it up (?:at|on)|check (?:it )?(?:at|on|with|against))\s+(?:the )?([^.!?]{2,80}?)(?: as (?:the|its) source| instead| please)*[.!]*$/i.exec(
    /\bsource\b|look it up|check/i.test(text) ? text.trim() : '',
  )?.[1]
}

export function isSmallTalk(text: string, kind: 'thanks' | 'greeting'): boolean {
  const words = text.trim().replace(/[!.,?]+/g, '')
  return kind === 'thanks'
    ? /^(?:thanks|thank you|thx|cheers|great|perfect|nice|good)(?: \w+){0,3}$/i.test(words)
    : /^(?:hi|hello|hey|good (?:morning|evening|day|afternoon)|help)(?: \w+){0,2}$/i.test(words)
}

/** Too little to come true: a word or none, or keys that were struck at random. */
export function isNonsense(text: string): boolean {
  const words = text.match(/\p{L}{2,}/gu) ?? []
  return words.length < 2 || words.every(isKeyboard)
}

function isKeyboard(word: string): boolean {
  return !/[aeiouyäöüåæø]/i.test(word) || /(.)\1{3,}/.test(word) || /asdf|qwer|zxcv|hjkl|sdfg|dfgh|uiop/i.test(word)
}
