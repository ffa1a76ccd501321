import type { Model } from '../../models.ts'
import { hash, random } from '../../random.ts'
import type { ContentBlock, ConverseRequest, ToolResultBlock, ToolSpec } from '../../wire.ts'

/** How many characters of a message it reads: its patterns are not made for books. */
const READ = 4_000

/** A request as the demo model sees it: who said what, and what it may do now. */
export interface Turn {
  /** The user's latest words. While tools are at work, the words that set them off. */
  readonly text: string
  /** What both sides have said before that, oldest first. */
  readonly said: readonly Said[]
  /** All of what it said last, however long. */
  readonly lastAnswer: string
  /** What stands in brackets before the user's latest words: a note of the program, not of the user. */
  readonly note: string | undefined
  /** The user's time zone, where a note of the program names it. */
  readonly zone: string | undefined
  readonly system: string
  readonly tools: readonly ToolSpec[]
  /** What came back from the tools just called; empty when it is the user's turn that is to be answered. */
  readonly results: readonly Outcome[]
  /** `any` or the name of a tool, if the request forces a call. */
  readonly mustCall: string | undefined
  /** The JSON Schema that the answer must follow, if the request has one. */
  readonly outputSchema: unknown
  /** The calls before the user's latest words, with what came back from them. */
  readonly called: readonly Outcome[]
  /** What the user attached to the latest words. */
  readonly attached: readonly string[]
  readonly model: Model
  /** The same for the same conversation, so that an answer can be had again. */
  random(): number
  /** One of several, by `random`. */
  pick<Choice>(...choices: readonly Choice[]): Choice
}

export interface Said {
  readonly role: string
  readonly text: string
}

export interface Outcome {
  readonly tool: string
  readonly input: unknown
  readonly ok: boolean
  readonly text: string
}

export function turnOf(request: ConverseRequest, model: Model): Turn {
  const messages = request.messages ?? []
  const spoken = messages.map(({ role = '', content = [] }) => ({ role, text: textOf(content), content }))
  const latest = spoken.findLastIndex(({ role, text }) => role === 'user' && text !== '')
  const text = (spoken[latest]?.text ?? '').slice(0, READ)
  const next = random(hash(text) + messages.length)
  const choice = request.toolConfig?.toolChoice
  const isContinuation = latest < messages.length - 1
  return {
    text,
    said: spoken.slice(0, Math.max(latest, 0)).map(({ role, text }) => ({ role, text: text.slice(0, READ) })),
    lastAnswer: spoken.slice(0, Math.max(latest, 0)).findLast(({ role }) => role === 'assistant')?.text ?? '',
    note: /^\[[^{]*(\{[\s\S]*\})\]$/m.exec(spoken[latest]?.text ?? '')?.[1],
    zone: zoneOf(messages.findLast(({ content = [] }) => zoneOf(content) !== undefined)?.content ?? []),
    system: (request.system ?? []).map((block) => block.text ?? '').join('\n'),
    tools: (request.toolConfig?.tools ?? []).flatMap(({ toolSpec }) => toolSpec ?? []),
    results: isContinuation ? outcomes(spoken.slice(latest + 1).flatMap(({ content }) => content)) : [],
    mustCall: isContinuation ? undefined : (choice?.tool?.name ?? (choice?.any ? 'any' : undefined)),
    outputSchema: schemaOf(request),
    called: outcomes(spoken.slice(0, Math.max(latest, 0)).flatMap(({ content }) => content)),
    attached: attachments(spoken[latest]?.content ?? []),
    model,
    random: next,
    pick: (...choices) => choices[Math.floor(next() * choices.length)]!,
  }
}

function schemaOf({ outputConfig }: ConverseRequest): unknown {
  const schema = outputConfig?.textFormat?.structure?.jsonSchema?.schema
  try {
    return schema === undefined ? undefined : JSON.parse(schema)
  } catch {
    return undefined
  }
}

function textOf(content: readonly ContentBlock[]): string {
  return content
    .flatMap(({ text }) => (text && !NOTES.some((note) => note.test(text)) ? text : []))
    .join('\n')
    .trim()
}

/** Notes of the program that are not the user's words. */
const EARLIER_NOTE = /^\[Earlier\b[^\]]*\]$/
const ZONE_NOTE = /^\[[^\][]*time ?zone(?: is|:)? ([A-Za-z][\w/+-]*)\.?\]$/
const PROGRAM_NOTE = /^\[The program in which /
const NOTES = [EARLIER_NOTE, ZONE_NOTE, PROGRAM_NOTE]

function zoneOf(content: readonly ContentBlock[]): string | undefined {
  return content.flatMap(({ text = '' }) => ZONE_NOTE.exec(text)?.[1] ?? [])[0]
}

/** Every call since the user spoke, with what came back. */
function outcomes(content: readonly ContentBlock[]): Outcome[] {
  const calls = new Map(content.flatMap(({ toolUse }) => (toolUse ? [[toolUse.toolUseId, toolUse]] : [])))
  return content.flatMap(({ toolResult }) => {
    if (!toolResult) return []
    const call = calls.get(toolResult.toolUseId)
    const ok = toolResult.status !== 'error'
    return [{ tool: call?.name ?? 'tool', input: call?.input, ok, text: resultText(toolResult) }]
  })
}

function resultText({ content = [] }: ToolResultBlock): string {
  return content
    .map(({ text, json }) => text ?? (json === undefined ? '' : JSON.stringify(json)))
    .join('\n')
    .trim()
}

function attachments(content: readonly ContentBlock[]): string[] {
  return content.flatMap(({ image, document }) =>
    image ? [`${image.format} image`] : document ? [`document “${document.name}”`] : [],
  )
}
