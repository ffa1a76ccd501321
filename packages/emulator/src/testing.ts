import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** What the emulator's own tests share. */
export const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
export const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
export const transports = ['h2', 'http/1.1'] as const

/** A request that any model takes. */
export const hello = { modelId: haiku, messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] }

/** A real SDK client that closes its connections when it goes out of scope. */
export function client(endpoint: string, transport: (typeof transports)[number] = 'http/1.1', maxAttempts = 1) {
  const bedrock = new BedrockRuntimeClient({
    endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts,
    ...(transport === 'h2' ? {} : { requestHandler: new NodeHttpHandler() }),
  })
  return Object.assign(bedrock, { [Symbol.dispose]: () => bedrock.destroy() })
}

export interface Heard {
  readonly events: readonly ConverseStreamOutput[]
  /** Its name and message, or undefined when the stream ended as if all were well. */
  readonly error: { readonly name: string; readonly message: string } | undefined
}

/** Everything that came over a ConverseStream, and how it ended. */
export async function listen(
  bedrock: BedrockRuntimeClient,
  input: ConverseStreamCommandInput = hello,
  signal?: AbortSignal,
): Promise<Heard> {
  const events: ConverseStreamOutput[] = []
  try {
    const { stream } = await bedrock.send(new ConverseStreamCommand(input), signal ? { abortSignal: signal } : {})
    for await (const event of stream!) events.push(event)
    return { events, error: undefined }
  } catch (error) {
    const { name, message } = error as Error
    return { events, error: { name, message } }
  }
}

/** The names of events, in order. */
export function names(events: readonly ConverseStreamOutput[]): string[] {
  return events.map((event) => Object.keys(event)[0]!)
}

/** The words of an answer. */
export function words(events: readonly ConverseStreamOutput[]): string {
  return events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('')
}
