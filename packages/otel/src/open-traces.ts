import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { ConversationId, NewEvent } from '@streambed/protocol'
import { runSpans } from './run-spans.ts'

/** Makes spans of what is appended to logs, and sends them on their way. */
export interface Traces extends AsyncDisposable {
  /** What was just appended to a conversation. Cheap: most events are none that count. */
  events(conversation: ConversationId, events: readonly NewEvent[]): void
}

export interface TracesOptions {
  /** Where OTLP is spoken over HTTP, without `/v1/traces`: http://localhost:4318. */
  readonly endpoint: string
  /** Whether spans hold what people, models and tools say. */
  readonly content: boolean
  /** The version of the server. */
  readonly version: string
  /** Is told, once a minute at most, when spans cannot be delivered. */
  readonly log: { warn(fields: object, text: string): void }
}

/** The longest attribute, in characters; only what was said can be longer. */
const MAX_VALUE = 16_384
/** How long a delivery may take with all its tries, and the last one when the server goes. In milliseconds. */
const DELIVERY_MS = 2_500
const LAST_MS = 3_000
const TELL_MS = 60_000
/** The version of the semantic conventions that the names are of. */
const SCHEMA = 'https://opentelemetry.io/schemas/1.41.0'

/**
 * Spans of runs, model calls and tools, by OpenTelemetry's GenAI conventions. `OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` in the environment count. At most 2,048 spans wait for delivery; more
 * are dropped.
 */
export function openTraces({ endpoint, content, version, log }: TracesOptions): Traces {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const exporter = complaining(new OTLPTraceExporter({ url, timeoutMillis: DELIVERY_MS }), log)
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'streambed', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: DELIVERY_MS })],
    spanLimits: { attributeValueLengthLimit: MAX_VALUE },
  })
  const tracer = provider.getTracer('@streambed/otel', version, { schemaUrl: SCHEMA })
  return {
    events: runSpans(tracer, { content }),
    async [Symbol.asyncDispose]() {
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, LAST_MS)
      await Promise.race([provider.shutdown().catch(() => {}), late.promise]) // what it could not deliver was told
      clearTimeout(timer)
    },
  }
}

function complaining(exporter: SpanExporter, log: TracesOptions['log']): SpanExporter {
  let told = Number.NEGATIVE_INFINITY
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && performance.now() - told > TELL_MS) {
          told = performance.now()
          log.warn({ err: result.error, spans: spans.length }, 'traces could not be delivered')
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
