/** A guardrail that the account has: words that it blocks, and personal data that it masks. */
export interface Guardrail {
  readonly id: string
  /** Found in any case, as a part of words too. */
  readonly blockedWords?: readonly string[]
  readonly masked?: readonly PiiType[]
  /** What it says in place of what it blocks. */
  readonly blockedInput: string
  readonly blockedOutput: string
}

export type PiiType = keyof typeof PII

const PII = {
  EMAIL: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g,
  PHONE: /\+\d(?:[ -]?\d){7,13}/g,
  CREDIT_DEBIT_CARD_NUMBER: /\b\d(?:[ -]?\d){12,18}\b/g,
}

/** The one that every emulator has. */
export const DEMO_GUARDRAIL: Guardrail = {
  id: 'demo-guardrail',
  blockedWords: ['ignore all previous instructions'],
  masked: ['EMAIL', 'PHONE', 'CREDIT_DEBIT_CARD_NUMBER'],
  blockedInput: 'The demo guardrail does not let this in.',
  blockedOutput: 'The demo guardrail does not let this out.',
}

/** What ApplyGuardrail answers for a text. */
export function applied(guardrail: Guardrail, source: 'INPUT' | 'OUTPUT', texts: readonly string[]): object {
  const { blockedWords = [], masked = [] } = guardrail
  const all = texts.join('\n').toLowerCase()
  const customWords = blockedWords
    .filter((word) => all.includes(word.toLowerCase()))
    .map((match) => ({ match, action: 'BLOCKED', detected: true }))
  const piiEntities = masked.flatMap((type) =>
    Array.from(texts.join('\n').matchAll(PII[type]), ([match]) => ({
      match,
      type,
      action: 'ANONYMIZED',
      detected: true,
    })),
  )
  const isBlocked = customWords.length > 0
  const intervened = isBlocked || piiEntities.length > 0
  const said = source === 'INPUT' ? guardrail.blockedInput : guardrail.blockedOutput
  const outputs = isBlocked ? [{ text: said }] : intervened ? texts.map((text) => ({ text: mask(text, masked) })) : []
  return {
    usage: usageOf(texts),
    action: intervened ? 'GUARDRAIL_INTERVENED' : 'NONE',
    actionReason: isBlocked ? 'Guardrail blocked.' : intervened ? 'Guardrail masked.' : 'No action.',
    outputs,
    assessments: [
      {
        ...(isBlocked && { wordPolicy: { customWords, managedWordLists: [] } }),
        ...(piiEntities.length > 0 && { sensitiveInformationPolicy: { piiEntities, regexes: [] } }),
      },
    ],
  }
}

function mask(text: string, types: readonly PiiType[]): string {
  return types.reduce((left, type) => left.replace(PII[type], `{${type}}`), text)
}

/** A text unit is 1,000 characters. */
function usageOf(texts: readonly string[]): object {
  const units = texts.reduce((sum, text) => sum + Math.ceil(text.length / 1_000), 0)
  return {
    topicPolicyUnits: 0,
    contentPolicyUnits: 0,
    wordPolicyUnits: units,
    sensitiveInformationPolicyUnits: units,
    sensitiveInformationPolicyFreeUnits: 0,
    contextualGroundingPolicyUnits: 0,
  }
}
