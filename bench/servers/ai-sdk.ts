import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { pipeUIMessageStreamToResponse, streamText, toUIMessageStream } from 'ai'
import { MODEL } from './model.ts'
import { serveRelay } from './relay.ts'

/** The AI SDK as its guides show it: `streamText`, answered as a UI message stream. */
const bedrock = createAmazonBedrock({ baseURL: process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME']! })
const model = bedrock(MODEL)

serveRelay(async (prompt, response, abortSignal) => {
  const result = streamText({ model, prompt, abortSignal, maxOutputTokens: 4096 })
  await pipeUIMessageStreamToResponse({ response, stream: toUIMessageStream({ stream: result.stream }) })
})
