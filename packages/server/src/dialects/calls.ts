import { applyPatch, type ErrorBody, type EventOf, StreambedError, TimeZone, whatIsWrong } from '@streambed/protocol'
import * as z from 'zod'
import { answerSoFar } from './answer-so-far.ts'
import type { Encoder } from './dialect.ts'
import { outputInvalid, troubleOf } from './run-end.ts'

const ACTION = 'makecall'

/** A frame of prediction calls from its client. */
export const CallRequest = z.object({
  action: z.literal(ACTION),
  prompt: z.string(),
  timezone: z
    .string()
    .nullish()
    .transform((name) => name?.trim() || 'UTC')
    .pipe(TimeZone),
})
export type CallRequest = z.output<typeof CallRequest>

/** Reads a frame that is JSON already. Throws `unknown-action` or `bad-request`, with what would be right. */
export function readCallRequest(frame: unknown): CallRequest {
  const parsed = CallRequest.safeParse(frame)
  if (parsed.success) return parsed.data
  const { data } = z.object({ action: z.unknown() }).safeParse(frame)
  if (data?.action !== undefined && data.action !== ACTION) {
    throw new StreambedError('unknown-action', `It knows ${ACTION}.`)
  }
  const wanted = `Send {"action": "${ACTION}", "prompt": "…", "timezone": "Europe/Oslo"}; the time zone may be left out.`
  throw new StreambedError('bad-request', `${whatIsWrong(parsed.error)}\n${wanted}`)
}

/** What a call's output becomes when it fits; undefined when it does not. */
export type ReadOutput = (value: unknown) => unknown

/**
 * A run as the frames of one prediction call: what is going on, words, tools, and at the end the prediction as JSON text, or an error
 * that says why there is none. A model that writes the JSON among its words, and nowhere else, is understood too.
 */
export function calls(read: ReadOutput): Encoder {
  const answer = answerSoFar()
  let state: unknown = null
  let invalid: StreambedError | undefined

  return (event) => {
    const content = answer.take(event)
    if (content !== '') return [frame({ type: 'text', content })]
    switch (event.type) {
      case 'message':
      case 'run-retry':
        return [frame({ type: 'status', content: 'Processing your prediction with AI agent...' })]
      case 'tool-call':
        return [frame({ type: 'tool', name: event.name, input: event.input })]
      case 'state':
        state = applyPatch(state, event.patch)
        return []
      case 'output':
        invalid = event.ok ? undefined : outputInvalid(event)
        return []
      case 'run-end':
        return [end(event)]
      default:
        return []
    }
  }

  function end(event: EventOf<'run-end'>): string {
    const trouble = troubleOf(event)
    if (trouble) return callError(trouble)
    if (invalid) return callError(invalid.body)
    if (event.reason !== 'done') return callError(new StreambedError('output-missing').body)
    const said = () => jsonObjectsIn(answer.text()).map(read)
    const output = read(state) ?? said().find((value) => value)
    if (output === undefined) return callError(new StreambedError('output-missing').body)
    return frame({ type: 'complete', content: JSON.stringify(output) })
  }
}

export function callError({ code, message }: ErrorBody): string {
  return frame({ type: 'error', message, code })
}

/** The text as JSON, what is fenced as JSON in it, or what stands between its first and its last brace. */
function jsonObjectsIn(text: string): readonly unknown[] {
  const fenced = [...text.matchAll(/```(?:json)?\s*(\{[\s\S]*?\})\s*```/g)].map(([, json]) => json!)
  const braced = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  return [...fenced, braced].flatMap((json) => {
    try {
      return [JSON.parse(json)]
    } catch {
      return [] // words with braces in them
    }
  })
}

function frame(data: object): string {
  return JSON.stringify(data)
}
