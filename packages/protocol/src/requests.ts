import * as z from 'zod'
import { Position } from './events.ts'
import { ApprovalId, ConversationId, FormId, MessageId, RequestId, RunId } from './ids.ts'

/** The largest request of any kind, in bytes. */
export const MAX_REQUEST_BYTES = 128 * 1024
/** How many messages may wait in a conversation while another is answered. */
export const MAX_QUEUE = 5
/** The longest title, in characters. */
export const MAX_TITLE = 200

/** What a client puts into a message. A file is uploaded first (`POST /v1/files`), then named here. */
export const InputPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('file'), file: z.string() }),
])
export type InputPart = z.infer<typeof InputPart>

/** An IANA time zone, such as `Europe/Oslo`; written in other cases it is understood, and put right. An offset is none. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone, such as Europe/Oslo')
  .overwrite(inItsCase)

/** A message to an agent. `text` is short for one text part; with `replaces` it takes another message's place as a new branch. */
export const Send = z.object({
  requestId: RequestId,
  text: z.string().optional(),
  parts: z.array(InputPart).min(1).max(26).optional(),
  agent: z.string().min(1).max(64).optional(),
  model: z.string().min(1).max(256).optional(),
  replaces: MessageId.optional(),
  /** The user's message it follows; the newest one where none is named. Says on which branch it stands. */
  parent: MessageId.optional(),
  /** What the writer's clocks show, for words such as “tomorrow at noon”. */
  timezone: TimeZone.optional(),
})
export type Send = z.infer<typeof Send>

export const CreateConversation = z.object({
  agent: z.string().min(1).max(64).optional(),
  title: z.string().max(MAX_TITLE).optional(),
})
export type CreateConversation = z.infer<typeof CreateConversation>

export const ChangeConversation = z
  .object({
    title: z.string().trim().min(1).max(MAX_TITLE).optional(),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
  })
  .refine(
    (change) => Object.values(change).some((value) => value !== undefined),
    'name at least one of title, pinned, archived',
  )
export type ChangeConversation = z.infer<typeof ChangeConversation>

export const Retry = z.object({ model: z.string().min(1).max(256).optional() })
export type Retry = z.infer<typeof Retry>

const requestId = RequestId.optional()

/** A person's answer to an `approval-request`. `input` takes the place of what the model asked for. */
export const Approve = z.object({ requestId, approved: z.boolean(), input: z.unknown().optional() })
export type Approve = z.infer<typeof Approve>

/** A person's answer to a `form-request`. What `values` does not name stays as the form has it; null and blank text take it away. */
export const AnswerForm = z.object({
  requestId: RequestId,
  action: z.enum(['submit', 'cancel']).default('submit'),
  values: z.record(z.string().max(128), z.unknown()).default({}),
})
export type AnswerForm = z.infer<typeof AnswerForm>

/** A frame from a client of the native dialect over WebSocket. Its `requestId` comes back in the answer. */
export const ClientFrame = z.discriminatedUnion('type', [
  /** Reads a conversation's events after a place, then on, until `unfollow`. A number is short for a position of this epoch. */
  z.object({
    type: z.literal('follow'),
    requestId,
    conversation: ConversationId,
    after: z.union([z.int().nonnegative(), Position]).default(0),
  }),
  z.object({ type: z.literal('unfollow'), requestId, conversation: ConversationId }),
  Send.extend({ type: z.literal('send'), conversation: ConversationId.optional() }),
  z.object({ type: z.literal('stop'), requestId, run: RunId }),
  z.object({ type: z.literal('retry'), requestId, run: RunId, model: Retry.shape.model }),
  Approve.extend({ type: z.literal('approve'), run: RunId, approval: ApprovalId }),
  AnswerForm.extend({ type: z.literal('form'), conversation: ConversationId, form: FormId }),
  /** Asks to be told, by `changed` frames, when the list of conversations looks different. */
  z.object({ type: z.literal('watch'), requestId }),
  z.object({ type: z.literal('ping'), requestId }),
])
export type ClientFrame = z.infer<typeof ClientFrame>

/** The answer to a request that was carried out. */
export const Ack = z.object({
  type: z.literal('ack'),
  requestId,
  conversation: ConversationId.optional(),
  /** Where the log's end was then. */
  position: Position.optional(),
  run: RunId.optional(),
  message: MessageId.optional(),
  form: FormId.optional(),
})
export type Ack = z.infer<typeof Ack>

function isTimeZone(name: string): boolean {
  return /^[a-z]/i.test(name) && zoneOf(name) !== undefined
}

/** Intl also gives some zones an older name: then the name stays as it was written. */
function inItsCase(name: string): string {
  const known = zoneOf(name)
  return known?.toLowerCase() === name.toLowerCase() ? known : name
}

function zoneOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined // which is how Intl says so
  }
}
