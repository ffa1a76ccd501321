import { Agent, request as ask } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { MODEL } from './model.ts'
import { EVENT_STREAM, serveRelay } from './relay.ts'

/** The floor: Bedrock's bytes as they come, nothing signed, nothing read. */
const agent = new Agent({ keepAlive: true, maxSockets: 10_000 })
const url = new URL(
  `/model/${encodeURIComponent(MODEL)}/converse-stream`,
  process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
)

serveRelay(async (prompt, response, signal) => {
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: prompt }] }] })
  const upstream = ask(url, { method: 'POST', agent, signal, headers: { 'content-length': Buffer.byteLength(body) } })
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>()
  upstream.once('response', resolve).once('error', reject).end(body)
  const answer = await promise
  response.writeHead(200, EVENT_STREAM)
  await pipeline(answer, response)
})
