import { type Config, ConfigError } from './config.ts'
import type { Traces } from './observe/traces.ts'
import type { Log } from './runs/engine.ts'

/**
 * Traces go where the settings say; where they say nothing, nothing of OpenTelemetry is loaded.
 *
 * @throws ConfigError when the package is not there.
 */
export async function connectTraces(
  { otelEndpoint, otelContent }: Config,
  version: string,
  log: Log,
): Promise<Traces | undefined> {
  if (otelEndpoint === undefined) return undefined
  const { openTraces } = await loaded()
  return openTraces({ endpoint: otelEndpoint, content: otelContent, version, log })
}

async function loaded(): Promise<typeof import('@streambed/otel')> {
  try {
    return await import('@streambed/otel')
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    const text =
      'OTEL_EXPORTER_OTLP_ENDPOINT is set; that needs the package @streambed/otel: npm install @streambed/otel'
    throw new ConfigError(text, { cause })
  }
}
