import { setTimeout as after } from 'node:timers/promises'
import type { ApplyGuardrailCommandOutput, GuardrailAssessment } from '@aws-sdk/client-bedrock-runtime'
import { failureOf } from './errors.ts'
import { isBlocked } from './guardrail.ts'
import type { Guardrail } from './request.ts'
import { retryDelay } from './retry.ts'
import type { Connection } from './sdk.ts'

/** What a guardrail says to a text. */
export interface GuardrailVerdict {
  readonly outcome: 'passed' | 'masked' | 'blocked'
  /** As it may go on; of a blocked one what the guardrail says instead. */
  readonly text: string
  /** What it found, by kind: `email`, `topic`. Never the words. */
  readonly found: readonly string[]
}

/** Bedrock takes 25 text units of 1,000 characters at once. */
const MAX_TEXT = 24_000
const RETRY = { attempts: 3, budgetMs: 4_000, baseMs: 200, throttleBaseMs: 500, capMs: 2_000 }

/** Holds a text against a guardrail, without a model; a long one in pieces. Throws a StreambedError when Bedrock cannot. */
export async function applyGuardrail(
  connection: Connection,
  { identifier, version }: Guardrail,
  text: string,
  source: 'INPUT' | 'OUTPUT',
): Promise<GuardrailVerdict> {
  const found: string[] = []
  let masked = ''
  for (const piece of pieces(text)) {
    const input = {
      guardrailIdentifier: identifier,
      guardrailVersion: version,
      source,
      content: [{ text: { text: piece } }],
    }
    const { action, outputs = [], assessments = [] } = await patiently(() => connection.applyGuardrail(input))
    const intervened = action === 'GUARDRAIL_INTERVENED'
    const said = outputs.map(({ text = '' }) => text).join('\n')
    if (intervened) found.push(...assessments.flatMap(kindsIn))
    if (intervened && isBlocked({ outputAssessments: assessments })) return { outcome: 'blocked', text: said, found }
    masked += intervened && said !== '' ? said : piece
  }
  return { outcome: masked === text ? 'passed' : 'masked', text: masked, found }
}

/** Cut between lines or words where there are any. */
function pieces(text: string): readonly string[] {
  const cut: string[] = []
  for (let from = 0; from < text.length; ) {
    const end = Math.min(text.length, from + MAX_TEXT)
    const gap = end === text.length ? -1 : Math.max(text.lastIndexOf('\n', end), text.lastIndexOf(' ', end))
    const to = gap > from ? gap + 1 : end
    cut.push(text.slice(from, to))
    from = to
  }
  return cut.filter((piece) => piece.trim() !== '')
}

async function patiently(
  call: () => Promise<ApplyGuardrailCommandOutput>,
): Promise<Pick<ApplyGuardrailCommandOutput, 'action' | 'outputs' | 'assessments'>> {
  const began = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (thrown) {
      const failure = failureOf(thrown, { model: 'the guardrail', action: 'bedrock:ApplyGuardrail' })
      const delay = retryDelay(failure, attempt, performance.now() - began, Math.random, RETRY)
      if (delay === undefined) throw failure.error
      await after(delay)
    }
  }
}

/** Every policy lists what it looked for; what it only noticed is not told. */
function kindsIn(assessment: GuardrailAssessment): readonly string[] {
  const { topicPolicy, contentPolicy, wordPolicy, sensitiveInformationPolicy, contextualGroundingPolicy } = assessment
  const kinds = (entries: readonly Entry[] = [], kind?: string): readonly string[] =>
    entries.filter(({ action }) => action !== 'NONE').map(({ type = 'other' }) => kind ?? plain(type))
  return [
    ...kinds(topicPolicy?.topics, 'topic'),
    ...kinds(contentPolicy?.filters),
    ...kinds(wordPolicy?.customWords, 'word'),
    ...kinds(wordPolicy?.managedWordLists, 'word'),
    ...kinds(sensitiveInformationPolicy?.piiEntities),
    ...kinds(sensitiveInformationPolicy?.regexes, 'pattern'),
    ...kinds(contextualGroundingPolicy?.filters),
  ]
}

interface Entry {
  readonly action?: string | undefined
  readonly type?: string | undefined
}

function plain(type: string): string {
  return type.toLowerCase().replaceAll('_', ' ')
}
