import { applyPatch, type ErrorBody, type LoggedEvent, StreambedError } from '@streambed/protocol'
import * as z from 'zod'
import { answerSoFar } from './answer-so-far.ts'
import type { Encoder } from './dialect.ts'
import { outputInvalid, troubleOf } from './run-end.ts'

const Turn = z.object({ role: z.enum(['user', 'assistant']), content: z.string() })
const conversation_id = z.string().min(1).max(128).nullish()

/** A frame of the strategy builder from its client: the next message, or everything said so far with the message last. */
export const BuilderRequest = z.union([
  z.object({ message: z.string(), conversation_id }),
  z.object({
    messages: z
      .array(Turn)
      .min(1)
      .max(200)
      .refine((turns) => turns.at(-1)?.role === 'user', 'the last one must be from the user'),
    conversation_id,
  }),
])

/** What the client asked. */
export interface BuilderAsk {
  readonly message: string
  /** All that was said before, where the client keeps that itself. */
  readonly earlier: readonly z.infer<typeof Turn>[] | undefined
  readonly session: string | undefined
}

/** Reads a frame that is JSON already. Throws `bad-request`, with what would be right. */
export function readBuilderRequest(frame: unknown): BuilderAsk {
  const parsed = BuilderRequest.safeParse(frame)
  if (!parsed.success) {
    const isList = typeof frame === 'object' && frame !== null && 'messages' in frame
    const detail = isList
      ? 'messages must be a list of {role: "user" | "assistant", content: "…"}, and the last one must be from the user.'
      : 'Send {"message": "…"} or {"messages": […]}.'
    throw new StreambedError('bad-request', detail)
  }
  const session = parsed.data.conversation_id ?? undefined
  if ('message' in parsed.data) return { message: parsed.data.message, earlier: undefined, session }
  const turns = parsed.data.messages
  return { message: turns.at(-1)!.content, earlier: turns.slice(0, -1), session }
}

export interface BuilderRun {
  /** The client's name for the conversation. */
  readonly session: string
  /** The state before this run. */
  readonly state: unknown
  /** Whether a state is whole. */
  isWhole(state: unknown): boolean
}

/**
 * A run as the frames of the strategy builder: words as `stream`, the growing strategy as `strategy`, both together as `response`.
 * A strategy that never came to fit is `null` there, after an `error` frame that says so; the text is kept. Where what was written is
 * taken back and there was none before, no `strategy` frame says so: the `response` does.
 */
export function builder({ session, state, isWhole }: BuilderRun): Encoder {
  const answer = answerSoFar()
  let strategy = state
  let failed = false

  return (event) => {
    const content = answer.take(event)
    if (content !== '') return [frame({ type: 'stream', content })]
    switch (event.type) {
      case 'state':
        strategy = applyPatch(strategy, event.patch)
        return strategy === null ? [] : [frame({ type: 'strategy', strategy_json: strategy, partial: true })]
      case 'output':
        failed = !event.ok
        return failed ? [builderError(outputInvalid(event).body)] : []
      case 'run-end':
        return end(event)
      default:
        return []
    }
  }

  function end(event: LoggedEvent & { readonly type: 'run-end' }): readonly string[] {
    const trouble = troubleOf(event)
    if (trouble) return [builderError(trouble)]
    const response = {
      type: 'response',
      user_message: answer.text(),
      strategy_json: !failed && isWhole(strategy) ? strategy : null,
      conversation_id: session,
      usage: answer.usage(),
      ...(event.reason === 'stopped' ? { stopped: true } : {}),
    }
    return [frame(response)]
  }
}

export function builderError({ code, message }: ErrorBody): string {
  return frame({ type: 'error', code, message })
}

/** The frame that greets a client and names its conversation. */
export function builderGreeting(session: string): string {
  return frame({ type: 'connected', conversation_id: session })
}

function frame(data: object): string {
  return JSON.stringify(data)
}
