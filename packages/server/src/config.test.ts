import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Config, readConfig, settings, settingsTable } from './config.ts'

const DEFAULTS: Config = {
  port: 4000,
  host: '127.0.0.1',
  dataDir: '/somewhere/.streambed',
  bedrock: 'auto',
  maxTokens: 4096,
  guardrailVersion: 'DRAFT',
  guardrailMode: 'sync',
  guardrailChecks: ['tool-results'],
  demoPace: 'natural',
  auth: ['local'],
  trustedProxies: 0,
  sessionHours: 168,
  idleHours: 24,
  oidcScopes: 'openid email profile',
  oidcDomains: [],
  jwtUserClaim: 'sub',
  workspace: 'Vibe Water Associates',
  redact: [],
  redactIn: ['messages', 'tool-results', 'answers'],
  corsOrigins: ['*'],
  promptLimit: 32_000,
  taskMinutes: 5,
  auditDays: 365,
  drainSeconds: 20,
  logLevel: 'info',
  otelContent: false,
}

test('without any setting everything has its default', () => {
  assert.deepEqual(read({}), DEFAULTS)
})

test('with sign-in the server may listen anywhere', () => {
  const { auth, host } = read({ STREAMBED_AUTH: 'accounts, jwt', HOST: '0.0.0.0', ...ISSUER })
  assert.deepEqual([auth, host], [['accounts', 'jwt'], '0.0.0.0'])
})

test('ways to sign in that contradict each other, or miss something, are refused', () => {
  for (const [env, message] of [
    [{ STREAMBED_AUTH: 'local,jwt', ...ISSUER }, /"local,jwt"; it must be local alone/],
    [{ STREAMBED_AUTH: 'jwt', STREAMBED_JWT_ISSUER: 'https://id.example' }, /that needs STREAMBED_JWT_AUDIENCE\./],
    [{ STREAMBED_AUTH: 'magic' }, /it must be local, or some of accounts, oidc and jwt/],
    [
      { STREAMBED_AUTH: 'jwt', ...ISSUER, STREAMBED_JWT_ISSUER: 'http://id.example' },
      /must be a URL that starts with https/,
    ],
    [{ STREAMBED_PUBLIC_URL: 'https://a.example/chat' }, /must be an origin such as/],
  ] as const)
    assert.throws(() => read(env), message)
})

const ISSUER = { STREAMBED_JWT_ISSUER: 'https://id.example', STREAMBED_JWT_AUDIENCE: 'streambed' }

test('an empty variable counts as not set', () => {
  assert.deepEqual(read({ PORT: '', HOST: '  ' }), DEFAULTS)
})

test('a flag wins over the environment', () => {
  assert.equal(read({ PORT: '5000' }, ['--port', '6000']).port, 6000)
  assert.equal(read({}, ['--data-dir=/data']).dataDir, '/data')
})

test('the region may come by any of its names, the first one wins', () => {
  assert.equal(read({ AWS_DEFAULT_REGION: 'eu-north-1' }).region, 'eu-north-1')
  assert.equal(read({ AWS_REGION: 'us-gov-west-1', BEDROCK_REGION: 'eu-west-1' }).region, 'eu-west-1')
})

test('origins are split at commas', () => {
  const { corsOrigins } = read({ CORS_ORIGIN: 'https://a.example, http://localhost:5173' })
  assert.deepEqual(corsOrigins, ['https://a.example', 'http://localhost:5173'])
})

for (const [env, sentence] of [
  [{ PORT: 'abc' }, 'PORT is "abc"; it must be a whole number from 0 to 65535.'],
  [{ PORT: '65536' }, 'PORT is "65536"; it must be a whole number from 0 to 65535.'],
  [
    { HOST: '0.0.0.0' },
    'HOST is "0.0.0.0"; it must be 127.0.0.1, ::1 or localhost, because without sign-in nobody else may reach this server.',
  ],
  [{ AWS_REGION: 'Frankfurt' }, 'AWS_REGION is "Frankfurt"; it must be an AWS region, such as us-east-1.'],
  [{ BEDROCK_TEMPERATURE: '1.5' }, 'BEDROCK_TEMPERATURE is "1.5"; it must be a number from 0 to 1.'],
  [{ BEDROCK_MAX_TOKENS: '0' }, 'BEDROCK_MAX_TOKENS is "0"; it must be a whole number from 1 to 1000000.'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"; it must be one of trace, debug, info, warn, error, fatal, silent.'],
  [{ STREAMBED_DRAIN_SECONDS: '30' }, 'STREAMBED_DRAIN_SECONDS is "30"; it must be a whole number from 0 to 25.'],
  [
    { CORS_ORIGIN: 'https://a.example/' },
    'CORS_ORIGIN is "https://a.example/"; it must be * or origins such as https://app.example.com, with commas between and no path.',
  ],
  [
    { AWS_ENDPOINT_URL: 'ftp://me:secret@proxy' },
    'AWS_ENDPOINT_URL is "ftp://…@proxy"; it must be a URL that starts with http:// or https://.',
  ],
] satisfies [Record<string, string>, string][]) {
  test(`${JSON.stringify(env)} stops the start with a sentence`, () => {
    assert.throws(() => read(env), { name: 'ConfigError', message: sentence })
  })
}

test('every wrong setting gets its sentence at once', () => {
  assert.throws(() => read({ PORT: 'x', LOG_LEVEL: 'y' }), { message: /^PORT is .*\.\nLOG_LEVEL is .*\.$/ })
})

test('a wrong flag is named as it was typed', () => {
  assert.throws(() => read({}, ['--port', '-1']), { message: /^--port is "-1"; it must be/ })
  assert.throws(() => read({}, ['--port=x']), { message: /^--port is "x"; it must be/ })
  assert.throws(() => read({}, ['--prot', '1']), { message: '--prot is not a flag; perhaps --port is meant.' })
  assert.throws(() => read({}, ['chat']), { message: '"chat" is not a flag; see --help.' })
  assert.throws(() => read({}, ['--port']), { message: '--port needs a value; see --help.' })
})

test('a mistyped variable is warned about with the nearest name', () => {
  const warnings: string[] = []
  const warn = (sentence: string) => warnings.push(sentence)
  readConfig({ env: { STREAMBED_DATADIR: '/data', STREAMBED_URL: 'http://x' }, argv: [], cwd: '/somewhere', warn })
  assert.deepEqual(warnings, ['STREAMBED_DATADIR is not a setting; perhaps STREAMBED_DATA_DIR is meant.'])
})

test('a near miss of any setting is warned about, and names of others are not', () => {
  const warned = (env: Record<string, string>, cwd = '/somewhere') => {
    const warnings: string[] = []
    readConfig({ env, argv: [], cwd, warn: (sentence) => warnings.push(sentence) })
    return warnings
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), 'streambed-config-'))
  writeFileSync(join(folder.path, '.env'), 'BEDROCK_TEMPRATURE=0.5\nPORTT=5001\nMY_TOOL_URL=http://x\nPOSTS=1\n')
  assert.deepEqual(warned({}, folder.path), [
    'BEDROCK_TEMPRATURE is not a setting; perhaps BEDROCK_TEMPERATURE is meant.',
    'PORTT is not a setting; perhaps PORT is meant.',
  ])
  for (const [name, meant] of [
    ['BEDROCK_MODLE_ID', 'BEDROCK_MODEL_ID'],
    ['BEDROCK_MODEL', undefined],
    ['CORS_ORIGINS', 'CORS_ORIGIN'],
    ['LOG_LEVL', 'LOG_LEVEL'],
    ['AWS_REGOIN', 'AWS_REGION'],
    ['BEDROCK_KNOWLEDGE_BASE_ID', undefined],
    ['AWS_SECURITY_TOKEN', undefined],
    ['AWS_EC2_METADATA_DISABLED', undefined],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', undefined],
    ['HOSTS', undefined],
    ['HOSTNAME', undefined],
    ['HOME', undefined],
    ['POST', undefined],
    ['REDIS_PORT', undefined],
  ] as const)
    assert.deepEqual(warned({ [name]: '1' }), meant ? [`${name} is not a setting; perhaps ${meant} is meant.`] : [])
})

test('.env is read where it lies, the environment wins, and the AWS SDK finds its part', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'streambed-config-'))
  writeFileSync(join(folder.path, '.env'), 'PORT=5001\nLOG_LEVEL="debug"\nAWS_PROFILE=work\n')
  const env: Record<string, string> = { LOG_LEVEL: 'warn' }
  const config = readConfig({ env, argv: [], cwd: folder.path })
  assert.equal(config.port, 5001)
  assert.equal(config.logLevel, 'warn')
  assert.equal(env['AWS_PROFILE'], 'work')
})

test('the table of --help has a line for every setting', () => {
  const lines = settingsTable().split('\n')
  assert.equal(lines.length, settings().length + 1)
  assert.match(lines[1]!, /^PORT +--port +4000 +Where the server listens/)
})

function read(env: Record<string, string>, argv: readonly string[] = []): Config {
  return readConfig({ env, argv, cwd: '/somewhere' })
}

test('what is redacted, and where, is named from a list', () => {
  const { redact, redactIn } = read({ STREAMBED_REDACT: 'cards, secrets', STREAMBED_REDACT_IN: 'answers' })
  assert.deepEqual([redact, redactIn], [['secrets', 'cards'], ['answers']])
  assert.equal(read({ STREAMBED_REDACT: 'all' }).redact.length, 6)
  assert.deepEqual(read({ BEDROCK_GUARDRAIL_CHECKS: 'none' }).guardrailChecks, [])
  assert.throws(() => read({ STREAMBED_REDACT: 'names' }), /must be all, or some of secrets, cards/)
})
