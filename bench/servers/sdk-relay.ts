import { once } from 'node:events'
import { Agent } from 'node:http'
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { MODEL } from './model.ts'
import { EVENT_STREAM, serveRelay } from './relay.ts'

/**
 * What most people write first: the AWS SDK's own stream, one SSE frame per token, nothing kept. With `TRANSPORT=http1` on
 * connections that are used again, the SDK's faster way; otherwise on the transport that it has chosen itself.
 */
const client = new BedrockRuntimeClient(
  process.env['TRANSPORT'] === 'http1'
    ? { requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 10_000 }) }) }
    : {},
)

serveRelay(async (prompt, response, signal) => {
  const command = new ConverseStreamCommand({
    modelId: MODEL,
    messages: [{ role: 'user', content: [{ text: prompt }] }],
    inferenceConfig: { maxTokens: 4096 },
  })
  const { stream } = await client.send(command, { abortSignal: signal })
  response.writeHead(200, EVENT_STREAM)
  for await (const event of stream!) {
    const token = event.contentBlockDelta?.delta?.text
    if (token === undefined) continue
    const isRoom = response.write(`data: ${JSON.stringify({ token })}\n\n`)
    if (!isRoom) await once(response, 'drain', { signal })
  }
  response.end('event: done\ndata: {}\n\n')
})
