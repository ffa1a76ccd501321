import assert from 'node:assert/strict'
import { createRequire, registerHooks } from 'node:module'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { connectTraces } from './connect-traces.ts'

const log = { info() {}, warn() {}, error() {} }
const read = (env: Record<string, string>) => readConfig({ env, argv: [], cwd: '/nowhere' })
const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@opentelemetry'))

test('nothing of OpenTelemetry is loaded where nothing is said of it', async () => {
  assert.equal(await connectTraces(read({}), '1.2.3', log), undefined)
  assert.ok(!isLoaded())
})

test('a setting without its package stops the start with a sentence', async () => {
  const hooks = registerHooks({
    resolve(name, context, next) {
      if (name !== '@streambed/otel') return next(name, context)
      throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' })
    },
  })
  const config = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  await assert.rejects(connectTraces(config, '1.2.3', log), {
    name: 'ConfigError',
    message: 'OTEL_EXPORTER_OTLP_ENDPOINT is set; that needs the package @streambed/otel: npm install @streambed/otel',
  })
  hooks.deregister()
})

test('with the setting and its package there are traces', async () => {
  const config = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  await using traces = await connectTraces(config, '1.2.3', log)
  assert.ok(traces && isLoaded())
})
