import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A span as OTLP's JSON has it, with its attributes as one object. */
export interface ReceivedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly ms: number
  readonly status: number
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A collector on loopback, which speaks OTLP over HTTP. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  readonly resources: readonly Readonly<Record<string, unknown>>[]
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders; readonly text: string }[]
}

export async function otlpReceiver({ status = 200 } = {}): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const resources: Readonly<Record<string, unknown>>[] = []
  const requests: { path: string; headers: IncomingHttpHeaders; text: string }[] = []
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as OtlpBody
    requests.push({ path: request.url ?? '', headers: request.headers, text: JSON.stringify(body) })
    for (const { resource, scopeSpans } of body.resourceSpans) {
      resources.push(valuesOf(resource.attributes))
      spans.push(...scopeSpans.flatMap(({ spans }) => spans.map(readSpan)))
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on TCP
    spans,
    resources,
    requests,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

interface OtlpSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number }
  readonly attributes: readonly OtlpAttribute[]
}

interface OtlpAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

function readSpan({ startTimeUnixNano: start, endTimeUnixNano: end, ...span }: OtlpSpan): ReceivedSpan {
  return {
    name: span.name,
    kind: span.kind,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    ms: Number((BigInt(end) - BigInt(start)) / 1_000_000n),
    status: span.status.code,
    attributes: valuesOf(span.attributes),
  }
}

function valuesOf(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))
}

/** `{"stringValue": "a"}`, `{"intValue": 1}` or a list of such. */
function plain(value: Readonly<Record<string, unknown>>): unknown {
  const list = value['arrayValue'] as { readonly values: readonly Readonly<Record<string, unknown>>[] } | undefined
  return list ? list.values.map(plain) : Object.values(value)[0]
}
