import { StreambedError } from '@streambed/protocol'
import * as z from 'zod'

const ContentPart = z.looseObject({ type: z.string() })

const ChatMessage = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(ContentPart).max(100)]).nullish(),
})
type ChatMessage = z.infer<typeof ChatMessage>

/**
 * The body of `POST /openai/v1/chat/completions`. What it may have beside this is refused or has no effect; the answer
 * says which.
 */
export const ChatRequest = z.looseObject({
  model: z.string().min(1).max(320).describe('An agent, or agent@model to have a model of Bedrock of your choice.'),
  messages: z.array(ChatMessage).min(1).max(1_000).describe('All that was said; the last is from the user.'),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().max(512).nullish().describe('Whose talk it is, where many have theirs by one key.'),
  safety_identifier: z.string().max(512).nullish().describe('The same, by its newer name.'),
  metadata: z
    .looseObject({ conversation: z.string().min(1).max(128).optional() })
    .nullish()
    .describe('`conversation` is your name for the conversation, or its id.'),
})
export type ChatRequest = z.infer<typeof ChatRequest>

export interface ChatAsk {
  readonly agent: string
  readonly model: string | undefined
  /** The client's own name for the conversation. */
  readonly name: string | undefined
  readonly user: string | undefined
  /** What was said, by turns; the last one is the user's, and is to be answered. */
  readonly turns: readonly ChatTurn[]
  /** What the client says as `system` or `developer`, as the model is told it. */
  readonly instructions: string | undefined
  /** What was asked for and has no effect. */
  readonly ignored: readonly string[]
}

export interface ChatTurn {
  readonly role: 'user' | 'assistant'
  readonly content: string
  readonly files: readonly ChatFile[]
}

export interface ChatFile {
  readonly mediaType: string
  readonly name: string
  readonly base64: string
}

/** Reads what a body asks for. Throws `bad-request` for what this server does otherwise, with what would be right. */
export function readChatRequest(body: ChatRequest): ChatAsk {
  const refusal = refusalOf(body)
  if (refusal !== undefined) throw new StreambedError('bad-request', refusal)
  const turns = joined(body.messages.flatMap(turnOf))
  const last = turns.at(-1)
  if (last?.role !== 'user') throw new StreambedError('bad-request', 'The last message must be from the user.')
  if (last.content.trim() === '' && last.files.length === 0) throw new StreambedError('blank-prompt')
  const [agent, ...model] = body.model.split('@')
  return {
    agent: agent!,
    model: model.length > 0 ? model.join('@') : undefined,
    name: body.metadata?.conversation,
    user: body.safety_identifier ?? body.user ?? undefined,
    turns,
    instructions: instructionsIn(body.messages),
    ignored: WITHOUT_EFFECT.filter((name) => (body[name] ?? null) !== null),
  }
}

/** Common wishes whose absence leaves the answer what it is: how it is made is the agent's and the server's. */
const WITHOUT_EFFECT = [
  'frequency_penalty',
  'logit_bias',
  'max_completion_tokens',
  'max_tokens',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'reasoning_effort',
  'seed',
  'service_tier',
  'store',
  'temperature',
  'top_p',
  'verbosity',
  'web_search_options',
] as const

const TOOLS = 'An agent has its own tools, which run on the server; what they did is in its words.'

/** Why it cannot be answered: a program that asks for this could not go on with an answer that does not have it. */
function refusalOf(body: ChatRequest): string | undefined {
  const { n, tools, tool_choice, functions, function_call, response_format, stop, logprobs, audio } = body
  if ((n ?? 1) !== 1) return 'n must be 1: there is one answer.'
  if (isSome(tools) && tool_choice !== 'none') return `${TOOLS} Leave out tools.`
  if (isSome(functions) && function_call !== 'none') return `${TOOLS} Leave out functions.`
  if (isSome(response_format) && (response_format as { type?: unknown }).type !== 'text')
    return 'response_format must be text: what an agent writes as JSON is its conversation’s live state.'
  if (isSome(stop)) return 'stop has no effect here. Leave it out.'
  if (logprobs === true) return 'Bedrock has no logprobs. Leave them out.'
  if (isSome(audio)) return 'Agents write, and do not speak. Leave out audio.'
  return undefined
}

/** Whether something was asked for: null, false and empty lists and texts ask for nothing. */
function isSome(wish: unknown): boolean {
  return Boolean(wish) && (wish as { length?: unknown }).length !== 0
}

function turnOf(message: ChatMessage): ChatTurn[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: textIn(message), files: filesIn(message) }]
    case 'assistant':
      if (isSome(message['tool_calls']) || isSome(message['function_call']))
        throw new StreambedError('bad-request', `${TOOLS} Leave out tool_calls.`)
      return [{ role: 'assistant', content: textIn(message), files: [] }]
    case 'system':
    case 'developer':
      return []
    case 'tool':
    case 'function':
      throw new StreambedError('bad-request', `${TOOLS} Leave out messages of the role ${message.role}.`)
    default:
      throw new StreambedError('bad-request', 'A message is of the role system, developer, user or assistant.')
  }
}

/** Programs often say one thing in several messages: what one side says without a word of the other is one turn. */
function joined(turns: readonly ChatTurn[]): ChatTurn[] {
  const result: ChatTurn[] = []
  for (const turn of turns) {
    const last = result.at(-1)
    if (last?.role !== turn.role) result.push(turn)
    else
      result.push({
        ...turn,
        content: paragraphs([result.pop()!.content, turn.content]),
        files: [...last.files, ...turn.files],
      })
  }
  return result
}

/**
 * They are told in the user's name, since that is who may say them: what an agent must do and must not is its own
 * instructions.
 */
function instructionsIn(messages: readonly ChatMessage[]): string | undefined {
  const text = paragraphs(messages.flatMap((one) => (/^(system|developer)$/.test(one.role) ? [textIn(one)] : [])))
  return text === '' ? undefined : `${INSTRUCTIONS}${text}]`
}

/** How the text begins that holds a client's instructions. */
export const INSTRUCTIONS = '[The program in which I write this says: '

function textIn({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  const parts = content ?? []
  return paragraphs(parts.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : [])))
}

function paragraphs(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n\n')
}

function filesIn({ content }: ChatMessage): ChatFile[] {
  if (!Array.isArray(content)) return []
  return content.flatMap((part) => {
    switch (part.type) {
      case 'text':
        return []
      case 'image_url':
        return [fileOf(ImagePart.safeParse(part).data?.image_url.url, undefined)]
      case 'file': {
        const file = FilePart.safeParse(part).data?.file
        return [fileOf(file?.file_data, file?.filename)]
      }
      default:
        throw new StreambedError('bad-request', 'A user’s message has parts of the type text, image_url and file.')
    }
  })
}

const ImagePart = z.object({ image_url: z.object({ url: z.string() }) })
const FilePart = z.object({ file: z.object({ file_data: z.string(), filename: z.string().optional() }) })

/** What a data: URL says before its data, at most. */
const LONGEST_HEAD = 200

function fileOf(url: string | undefined, filename: string | undefined): ChatFile {
  const comma = url?.slice(0, LONGEST_HEAD).indexOf(',') ?? -1
  const head = url?.slice(0, Math.max(0, comma)).split(';') ?? []
  if (!url || !head[0]?.startsWith('data:') || head.at(-1) !== 'base64')
    throw new StreambedError('bad-request', 'Images and files travel as data: URLs in base64; nothing is fetched.')
  const mediaType = head[0].slice('data:'.length).toLowerCase()
  const name = filename
    ?.slice(0, 200)
    .replace(/[\p{Cc}/\\]/gu, ' ')
    .trim()
  return { mediaType, name: name || `file.${mediaType.split('/')[1]}`, base64: url.slice(comma + 1) }
}
