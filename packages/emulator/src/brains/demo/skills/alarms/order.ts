/** The words that set something off, for regular expressions. */
export const VERBS = {
  create: 'wake|remind|ring|set|create|add|make an?|make another|schedule|get me up',
  change: 'change|move|shift|postpone|reschedule|rename|switch|turn|update|edit|push|disable|enable',
  delete: 'delete|remove|erase|get rid of|drop|clear|cancel',
  list: 'list|show|see|view',
} as const

/** Without the words that only say what an alarm is for, or is called: "remind me to clear the table" clears nothing. */
export function orderIn(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’‘ʼ]/g, "'")
    .replace(/["“][^"”]{1,100}["”]/g, ' ')
    .replace(PURPOSE, '$1 ')
    .replace(/\bif (?:possible|you (?:can|could|please|like|don'?t mind))\b/g, ' ')
}

const ALARM = '(?:alarms?|reminders?|timers?|ones?|it|them|all|everything)'
/** Where a purpose ends because something else is said of alarms. */
const NEXT_ORDER = `(?:,|\\band\\b|\\bthen\\b|\\bbut\\b)\\s*(?:(?:and|then|also|please)\\s+)*(?:(?:${VERBS.delete}|${VERBS.change}|${VERBS.list})\\b[^.;!?]*\\b${ALARM}\\b|(?:${VERBS.create}|no|don'?t|do not|never|not)\\b)`
const PURPOSE = new RegExp(
  `\\b(remind me\\b(?:(?!\\bto\\b)[^.;,])*\\b(?:to|about|of|that)|wake me (?:up )?(?:to|for|so)|(?:alarm|reminder|timer)s? (?:to|about|for)|called|named|labell?ed|titled)\\s(?:(?!${NEXT_ORDER})[^.;!?])*`,
  'g',
)
