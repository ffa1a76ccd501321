/** What the user claims, as a sentence: without how sure they are, and without being a question. */
export function claimIn(text: string): string {
  const sentence = text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(SURE, '')
    .trim()
    .replace(/^(?:well|ok|okay|hi|hello|hey)[,!.]? /i, '')
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
export function isChange(text: string, what: 'date'): boolean {
  return (
    what === 'date' &&
    /^(?:no,? |actually,? |rather,? |please )?(?:make (?:it|that)|change|move|push|set|postpone|instead|better|by |until |before |the date)\b/i.test(
      text.trim(),
    )
  )
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
