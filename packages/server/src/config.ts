import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import * as z from 'zod'

interface Note {
  /** Environment variables that set it, the strongest first. */
  readonly env: readonly [string, ...string[]]
  readonly description: string
  readonly unit?: string
}

const notes = z.registry<Note>()

/** Every setting of the server. `--help` and docs/guides/settings.md show it; nothing else reads the environment. */
export const Config = z.object({
  port: wholeNumber(0, 65_535)
    .default(4000)
    .register(notes, { env: ['PORT'], description: 'Where the server listens; 0 takes a free port.' }),
  host: matching(/^[\w.:-]{1,255}$/, 'an address or a name of this machine')
    .default('127.0.0.1')
    .register(notes, {
      env: ['HOST'],
      description: 'The address to listen on; with sign-in any, without it loopback.',
    }),
  dataDir: z
    .string()
    .default('.streambed')
    .register(notes, { env: ['STREAMBED_DATA_DIR'], description: 'The folder that keeps the log and files.' }),
  agentsDir: z
    .string()
    .optional()
    .register(notes, {
      env: ['STREAMBED_AGENTS_DIR'],
      description:
        'The folder whose agents are served. Default: agents; where it is missing, those that come with Streambed.',
    }),
  mcp: z
    .string()
    .optional()
    .register(notes, {
      env: ['STREAMBED_MCP'],
      description: 'The file that names MCP servers; without it `mcp.json` in the data folder, if there is one.',
    }),

  bedrock: oneOf('auto', 'aws', 'demo')
    .default('auto')
    .register(notes, {
      env: ['STREAMBED_BEDROCK'],
      description:
        '`aws` calls Bedrock, `demo` the emulator inside the server; `auto` is `aws` where credentials or an endpoint are set.',
    }),
  region: matching(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'an AWS region, such as us-east-1')
    .optional()
    .register(notes, {
      env: ['BEDROCK_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
      description: "Bedrock's region; without it the AWS profile's own.",
    }),
  modelId: matching(/^\S+$/, 'a model id, an inference profile or an ARN, without blanks')
    .optional()
    .register(notes, {
      env: ['BEDROCK_MODEL_ID'],
      description: 'The model of agents that name none; without it a current one of the account.',
    }),
  maxTokens: wholeNumber(1, 1_000_000)
    .default(4096)
    .register(notes, {
      env: ['BEDROCK_MAX_TOKENS'],
      unit: 'tokens',
      description: 'The longest answer of one model call.',
    }),
  temperature: fraction()
    .optional()
    .register(notes, { env: ['BEDROCK_TEMPERATURE'], unit: '0 to 1', description: "Without it the model's own." }),
  topP: fraction()
    .optional()
    .register(notes, { env: ['BEDROCK_TOP_P'], unit: '0 to 1', description: "Without it the model's own." }),
  systemPrompt: z
    .string()
    .optional()
    .register(notes, {
      env: ['BEDROCK_SYSTEM_PROMPT'],
      description: "Said to the model before every agent's instructions.",
    }),
  guardrailId: matching(/^\S+$/, 'the id or ARN of a guardrail, without blanks')
    .optional()
    .register(notes, { env: ['BEDROCK_GUARDRAIL_ID'], description: 'The Bedrock guardrail that reads every answer.' }),
  guardrailVersion: matching(/^(DRAFT|[1-9]\d{0,7})$/, 'DRAFT or a version number')
    .default('DRAFT')
    .register(notes, { env: ['BEDROCK_GUARDRAIL_VERSION'], description: 'Its version.' }),
  guardrailMode: oneOf('sync', 'async')
    .default('sync')
    .register(notes, {
      env: ['BEDROCK_GUARDRAIL_MODE'],
      description: '`sync` holds words back until they are checked; `async` shows them at once and may take them back.',
    }),
  guardrailChecks: places('messages', 'tool-results')
    .default(['tool-results'])
    .register(notes, {
      env: ['BEDROCK_GUARDRAIL_CHECKS'],
      description:
        'What the guardrail is shown apart from answers: `messages`, `tool-results`, or both with a comma between; `none`.',
    }),
  bedrockEndpoint: httpUrl()
    .optional()
    .register(notes, {
      env: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_ENDPOINT_URL'],
      description: "Stands in for Bedrock's own address: a VPC endpoint, a proxy, an emulator.",
    }),
  demoPace: matching(
    /^(instant|natural|\d+(\.\d+)?(,\d+(\.\d+)?){0,2})$/,
    'instant, natural, or numbers such as 45 (tokens/s) or 350,45 (ms to the first token, tokens/s)',
  )
    .default('natural')
    .register(notes, { env: ['STREAMBED_DEMO_PACE'], description: 'How fast the demo model answers.' }),

  auth: authWays()
    .default(['local'])
    .register(notes, {
      env: ['STREAMBED_AUTH'],
      description:
        '`local` is one user without sign-in; or `accounts` (passwords), `oidc` (an identity provider), `jwt` (bearer tokens), with commas between.',
    }),
  publicUrl: origin()
    .optional()
    .register(notes, {
      env: ['STREAMBED_PUBLIC_URL'],
      description:
        'Where people reach this server, such as https://chat.example.com. With https its cookies are Secure.',
    }),
  trustedProxies: wholeNumber(0, 10)
    .default(0)
    .register(notes, {
      env: ['STREAMBED_TRUSTED_PROXIES'],
      unit: 'proxies',
      description: "How many proxies of one's own stand before the server, whose X-Forwarded-For is believed.",
    }),
  adminEmail: email()
    .optional()
    .register(notes, {
      env: ['STREAMBED_ADMIN_EMAIL'],
      description: 'Who becomes the first owner; without it whoever has the first invitation, which the start prints.',
    }),
  sessionHours: wholeNumber(1, 8_760)
    .default(168)
    .register(notes, {
      env: ['STREAMBED_SESSION_HOURS'],
      unit: 'hours',
      description: 'How long a sign-in lasts at the most.',
    }),
  idleHours: wholeNumber(1, 8_760)
    .default(24)
    .register(notes, {
      env: ['STREAMBED_IDLE_HOURS'],
      unit: 'hours',
      description: 'How long a sign-in lasts without a request.',
    }),
  oidcIssuer: issuer()
    .optional()
    .register(notes, { env: ['STREAMBED_OIDC_ISSUER'], description: 'The identity provider, by its issuer URL.' }),
  oidcClientId: matching(/^\S{1,255}$/, 'an id without blanks')
    .optional()
    .register(notes, { env: ['STREAMBED_OIDC_CLIENT_ID'], description: 'What the provider calls this server.' }),
  oidcClientSecret: matching(/^\S{1,512}$/, 'a secret without blanks')
    .optional()
    .register(notes, { env: ['STREAMBED_OIDC_CLIENT_SECRET'], description: 'What it proves itself with there.' }),
  oidcScopes: matching(/^openid( [\w.:/-]+)*$/, 'openid and other scopes, with blanks between')
    .default('openid email profile')
    .register(notes, { env: ['STREAMBED_OIDC_SCOPES'], description: 'What it asks the provider for.' }),
  oidcDomains: domains()
    .default([])
    .register(notes, {
      env: ['STREAMBED_OIDC_DOMAINS'],
      description:
        'Whoever has a confirmed address in one of these becomes a member; others need an invitation. With commas between.',
    }),
  jwtIssuer: issuer()
    .optional()
    .register(notes, { env: ['STREAMBED_JWT_ISSUER'], description: 'Who signs bearer tokens: their `iss`.' }),
  jwtAudience: matching(/^\S{1,255}$/, 'a name without blanks')
    .optional()
    .register(notes, {
      env: ['STREAMBED_JWT_AUDIENCE'],
      description: "Whom they are for: their `aud`, or the `client_id` of Cognito's access tokens.",
    }),
  jwtKeysUrl: issuer()
    .optional()
    .register(notes, {
      env: ['STREAMBED_JWT_KEYS_URL'],
      description: "The issuer's public keys (JWKS); without it where its discovery document says.",
    }),
  jwtUserClaim: matching(/^\S{1,100}$/, 'a claim without blanks')
    .default('sub')
    .register(notes, { env: ['STREAMBED_JWT_USER_CLAIM'], description: 'The claim that names the user.' }),
  jwtOrgClaim: matching(/^\S{1,100}$/, 'a claim without blanks')
    .optional()
    .register(notes, {
      env: ['STREAMBED_JWT_ORG_CLAIM'],
      description: 'The claim that names the organisation; without it all are of one.',
    }),
  jwtRoleClaim: matching(/^\S{1,100}$/, 'a claim without blanks')
    .optional()
    .register(notes, {
      env: ['STREAMBED_JWT_ROLE_CLAIM'],
      description: 'The claim that holds owner, admin, member or viewer; without it all are members.',
    }),

  workspace: matching(/^.{1,100}$/, 'a name of at most 100 characters')
    .default('Vibe Water Associates')
    .register(notes, {
      env: ['STREAMBED_WORKSPACE'],
      description: 'What agents call your organisation in what they make.',
    }),
  redact: redactable()
    .default([])
    .register(notes, {
      env: ['STREAMBED_REDACT'],
      description:
        'What is taken out of what people, tools and models say: some of `secrets`, `cards`, `ibans`, `emails`, `phones`, `ids` with commas between, or `all`.',
    }),
  redactIn: places('messages', 'tool-results', 'answers')
    .default(['messages', 'tool-results', 'answers'])
    .register(notes, { env: ['STREAMBED_REDACT_IN'], description: 'Where that is done, with commas between.' }),
  corsOrigins: origins()
    .default(['*'])
    .register(notes, {
      env: ['CORS_ORIGIN'],
      description:
        'Web pages that may use this server, by origin, with commas between; `*` opens POST /api/chat to all.',
    }),
  promptLimit: wholeNumber(1, 131_072)
    .default(32_000)
    .register(notes, {
      env: ['STREAMBED_PROMPT_LIMIT'],
      unit: 'characters',
      description: 'The longest message of a user.',
    }),
  taskMinutes: minutes(1_440)
    .default(5)
    .register(notes, {
      env: ['STREAMBED_TASK_MINUTES'],
      unit: 'minutes',
      description: 'After how long without a word a task that a user has begun counts as abandoned.',
    }),
  requestsPerMinute: wholeNumber(1, 1_000_000)
    .optional()
    .register(notes, {
      env: ['STREAMBED_REQUESTS_PER_MINUTE'],
      description:
        'Of one user; an address has 5 times, an organisation 25 times as many. Without it 600, and no limit without sign-in.',
    }),
  connections: wholeNumber(1, 10_000)
    .optional()
    .register(notes, {
      env: ['STREAMBED_CONNECTIONS'],
      description:
        'Requests and sockets that one user may have open; an address 5 times, an organisation 25 times as many. Without it 40, and no limit without sign-in.',
    }),
  runsAtOnce: wholeNumber(1, 10_000)
    .optional()
    .register(notes, {
      env: ['STREAMBED_RUNS_AT_ONCE'],
      description:
        'Answers that one user may have written at once; an organisation 25 times as many. Without it 10, and no limit without sign-in.',
    }),
  storagePerUser: wholeNumber(1, 1_000_000)
    .optional()
    .register(notes, {
      env: ['STREAMBED_STORAGE_PER_USER_MB'],
      unit: 'MB',
      description: 'What all files of one user may take up. Without it 1000, and no limit without sign-in.',
    }),
  budgetUserDay: dollars()
    .optional()
    .register(notes, {
      env: ['STREAMBED_BUDGET_USER_DAY_DOLLARS'],
      unit: 'dollars',
      description: 'What each user may spend in a day, where their organisation has set nothing else.',
    }),
  budgetOrganisationMonth: dollars()
    .optional()
    .register(notes, {
      env: ['STREAMBED_BUDGET_ORGANISATION_MONTH_DOLLARS'],
      unit: 'dollars',
      description:
        'What each organisation may spend in a month, at the most. Without sign-in a budget takes its place.',
    }),
  conversationDays: wholeNumber(1, 36_500)
    .optional()
    .register(notes, {
      env: ['STREAMBED_CONVERSATION_DAYS'],
      unit: 'days',
      description:
        'How long conversations are kept at the most after the last word in them; organisations may set less. Without it for ever.',
    }),
  auditDays: wholeNumber(1, 36_500)
    .default(365)
    .register(notes, {
      env: ['STREAMBED_AUDIT_DAYS'],
      unit: 'days',
      description: 'How long it is kept who did what.',
    }),
  drainSeconds: wholeNumber(0, 25)
    .default(20)
    .register(notes, {
      env: ['STREAMBED_DRAIN_SECONDS'],
      unit: 'seconds',
      description: 'How long running answers may go on after SIGTERM; at most 25.',
    }),
  logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent')
    .default('info')
    .register(notes, { env: ['LOG_LEVEL'], description: "What the server's log tells." }),
  otelEndpoint: httpUrl()
    .optional()
    .register(notes, {
      env: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
      description:
        'Where traces go by OTLP over HTTP, such as http://localhost:4318; without it there are none. Needs the package `@streambed/otel`.',
    }),
  otelContent: yesOrNo()
    .default(false)
    .register(notes, {
      env: ['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'],
      description: 'Whether traces hold what people, models and tools say.',
    }),
})
export type Config = Readonly<z.infer<typeof Config>>

/** Settings that others read: the AWS SDK from the environment, the command line for itself. */
const READ_ELSEWHERE: Readonly<Record<string, string>> = {
  AWS_PROFILE: 'AWS SDK: the profile of ~/.aws/config to use.',
  AWS_ACCESS_KEY_ID: 'AWS SDK: an access key, with AWS_SECRET_ACCESS_KEY.',
  AWS_SECRET_ACCESS_KEY: 'AWS SDK: its secret.',
  AWS_SESSION_TOKEN: 'AWS SDK: the token of temporary keys.',
  AWS_ROLE_ARN: 'AWS SDK: a role to take on, with AWS_WEB_IDENTITY_TOKEN_FILE.',
  AWS_WEB_IDENTITY_TOKEN_FILE: 'AWS SDK: the file with the token for that role.',
  AWS_BEARER_TOKEN_BEDROCK: 'AWS SDK: a Bedrock API key, in place of all the above.',
  OTEL_EXPORTER_OTLP_HEADERS: 'OpenTelemetry: what is sent along with traces, such as `authorization=Bearer%20…`.',
  OTEL_SERVICE_NAME: 'OpenTelemetry: what this server is called in traces; `streambed` without it.',
  OTEL_RESOURCE_ATTRIBUTES:
    'OpenTelemetry: what else traces tell of this server, such as `deployment.environment.name=test`.',
  STREAMBED_URL: '`streambed chat`, `log` and `audit`: the server to talk to.',
  STREAMBED_KEY:
    '`streambed chat`, `log`, `audit` and `doctor --through`: the API key to talk with, where the server has sign-in.',
}

/** A setting that cannot be used. The message is a sentence for each one: its name, its value and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

interface Sources {
  /** Is filled with what `.env` adds, so that the AWS SDK finds its settings too. */
  readonly env: Record<string, string | undefined>
  /** Flags such as `--port 0`, which win over everything. */
  readonly argv: readonly string[]
  /** Where `.env` lies, and what relative folders are relative to. */
  readonly cwd: string
  /** Is told about names that look mistyped. Default: a line on stderr. */
  readonly warn?: (sentence: string) => void
}

/** The settings, from flags, the environment and `.env` in this order. Throws ConfigError. */
export function readConfig({ env, argv, cwd, warn = console.warn }: Sources): Config {
  const ours = dotEnv(cwd)
  for (const [name, value] of Object.entries(ours)) env[name] ??= value
  for (const name of Object.keys(env)) {
    if (isMistyped(name, name in ours)) warn(`${name} is not a setting${nearest(name, NAMES)}.`)
  }

  const given = { ...fromEnvironment(env), ...fromFlags(argv) }
  const parsed = Config.safeParse(Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value])))
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => sentence(issue, given)).join('\n'))
  const contradiction = contradictionIn(parsed.data)
  if (contradiction) throw new ConfigError(contradiction)
  const { dataDir, agentsDir } = parsed.data
  return { ...parsed.data, dataDir: resolve(cwd, dataDir), ...(agentsDir && { agentsDir: resolve(cwd, agentsDir) }) }
}

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/

/** What cannot be told from one setting alone, as a sentence. */
function contradictionIn(config: z.infer<typeof Config>): string | undefined {
  const { auth, host } = config
  if (auth.includes('local')) {
    if (auth.length > 1) return `STREAMBED_AUTH is ${shown(auth.join())}; it must be local alone, or without it.`
    if (LOOPBACK.test(host)) return undefined
    const loopback = '127.0.0.1, ::1 or localhost, because without sign-in nobody else may reach this server'
    return `HOST is ${shown(host)}; it must be ${loopback}.`
  }
  const needed = auth.flatMap((way) => NEEDED[way]).filter((key) => config[key] === undefined)
  const names = needed.map((key) => notes.get(Config.shape[key])!.env[0])
  return names.length > 0 ? `STREAMBED_AUTH is ${shown(auth.join())}; that needs ${names.join(', ')}.` : undefined
}

/** What a way to sign in cannot do without. */
const NEEDED = {
  local: [],
  accounts: [],
  oidc: ['oidcIssuer', 'oidcClientId', 'oidcClientSecret', 'publicUrl', 'adminEmail'],
  jwt: ['jwtIssuer', 'jwtAudience'],
} as const satisfies Record<AuthWay, readonly (keyof Config)[]>

/** A setting as people read about it. */
export interface Setting {
  readonly env: readonly string[]
  /** Undefined for what others read. */
  readonly flag?: string
  /** As one would type it; undefined where there is none. */
  readonly default?: string
  readonly unit?: string
  readonly description: string
}

/** All settings in the order of the schema, then those that others read. */
export function settings(): readonly Setting[] {
  const ours = Object.entries(Config.shape).map(([key, schema]) => {
    const value = schema instanceof z.ZodDefault ? { default: String(schema.def.defaultValue) } : {}
    return { ...notes.get(schema)!, flag: flagOf(key), ...value }
  })
  return [...ours, ...Object.entries(READ_ELSEWHERE).map(([name, description]) => ({ env: [name], description }))]
}

/** The settings as a table for the terminal. */
export function settingsTable(): string {
  const rows = settings().map((row) => [
    row.env[0]!,
    row.flag ? `--${row.flag}` : '',
    row.default ?? '',
    [row.description, row.unit && `(${row.unit})`, row.env.length > 1 && `Also ${row.env.slice(1).join(', ')}.`]
      .filter(Boolean)
      .join(' '),
  ])
  return table([['variable', 'flag', 'default', 'meaning'], ...rows])
}

const NAMES = settings().flatMap(({ env }) => env)

interface Given {
  /** As the user wrote it: `PORT` or `--port`. */
  readonly name: string
  readonly value: string
}

function fromEnvironment(env: Sources['env']): Record<string, Given> {
  const given: Record<string, Given> = {}
  for (const [key, schema] of Object.entries(Config.shape)) {
    const name = notes.get(schema)!.env.find((name) => env[name]?.trim()) // an empty variable is not set
    if (name) given[key] = { name, value: env[name]!.trim() }
  }
  return given
}

function fromFlags(argv: readonly string[]): Record<string, Given> {
  const keys = Object.keys(Config.shape)
  const options = Object.fromEntries(keys.map((key) => [flagOf(key), { type: 'string' }] as const))
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  const given: Record<string, Given> = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw new ConfigError(`${shown(token.value)} is not a flag; see --help.`)
    const key = keys.find((key) => flagOf(key) === token.name)
    if (!key)
      throw new ConfigError(
        `${token.rawName} is not a flag${nearest(
          token.rawName,
          keys.map((key) => `--${flagOf(key)}`),
        )}.`,
      )
    if (token.value === undefined) throw new ConfigError(`${token.rawName} needs a value; see --help.`)
    given[key] = { name: token.rawName, value: token.value }
  }
  return given
}

function dotEnv(cwd: string): NodeJS.Dict<string> {
  const path = join(cwd, '.env')
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new ConfigError(`${path} cannot be read.`, { cause: error })
  }
}

function sentence(issue: z.core.$ZodIssue, given: Record<string, Given>): string {
  const { name, value } = given[String(issue.path[0])]!
  return `${name} is ${shown(value)}; it must be ${issue.message}.`
}

/** A value in a sentence: short, and without a password that a URL may hold. */
function shown(value: string): string {
  const text = value.replace(/\/\/[^/@]*@/, '//…@')
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

/** All that begins with our name is ours. Else only what is nearly a name, and a short one only where nobody else writes. */
function isMistyped(name: string, isOurs: boolean): boolean {
  if (NAMES.includes(name)) return false
  if (name.startsWith('STREAMBED_')) return true
  if (name.length < LONG_NAME && !isOurs) return false
  return NAMES.some((known) => distance(name, known) <= (known.length < LONG_NAME ? 1 : 2))
}

/** In letters. Shorter ones are close to words that others use, as HOST is to HOSTS. */
const LONG_NAME = 8

function nearest(name: string, names: readonly string[]): string {
  const [best] = names.map((other) => ({ other, far: distance(name, other) })).sort((a, b) => a.far - b.far)
  return best && best.far <= name.length / 2 ? `; perhaps ${best.other} is meant` : ''
}

/** How many letters to add, drop or change to make `b` of `a`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.slice(0, -1).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function wholeNumber(from: number, to: number) {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      error: `a whole number from ${from} to ${to}`,
    })
    .transform(Number)
}

function minutes(to: number) {
  return z
    .string()
    .refine((text) => /^\d{1,4}(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= to, {
      error: `a number above 0 and at most ${to}`,
    })
    .transform(Number)
}

/** Whole micro-dollars. */
function dollars() {
  return z
    .string()
    .refine((text) => /^\d{1,7}(\.\d{1,6})?$/.test(text), { error: 'an amount of dollars, such as 5 or 0.50' })
    .transform((text) => Math.round(Number(text) * 1_000_000))
}

function fraction() {
  return z
    .string()
    .refine((text) => /^\d(\.\d+)?$/.test(text) && Number(text) <= 1, { error: 'a number from 0 to 1' })
    .transform(Number)
}

function yesOrNo() {
  return z.enum(['true', 'false'], { error: 'true or false' }).transform((text) => text === 'true')
}

function matching(pattern: RegExp, what: string) {
  return z.string().regex(pattern, { error: what })
}

function oneOf<const Word extends string>(...words: readonly Word[]) {
  return z.enum(words, { error: `one of ${words.join(', ')}` })
}

export type AuthWay = 'local' | 'accounts' | 'oidc' | 'jwt'

function authWays() {
  const ways: readonly string[] = ['local', 'accounts', 'oidc', 'jwt'] satisfies AuthWay[]
  return listed()
    .refine((all) => all.length > 0 && all.every((way) => ways.includes(way)), {
      error: 'local, or some of accounts, oidc and jwt, with commas between',
    })
    .transform((all) => all as AuthWay[]) // as just refined
}

function redactable() {
  const known = ['secrets', 'cards', 'ibans', 'emails', 'phones', 'ids'] as const
  const error = `all, or some of ${known.join(', ')}, with commas between`
  return listed()
    .refine((all) => all.join() === 'all' || all.every((kind) => known.some((other) => other === kind)), { error })
    .transform((all) => known.filter((kind) => all.join() === 'all' || all.includes(kind)))
}

function places<const Place extends string>(...known: readonly Place[]) {
  return listed()
    .refine((all) => all.join() === 'none' || all.every((place) => known.some((other) => other === place)), {
      error: `none, or some of ${known.join(', ')}, with commas between`,
    })
    .transform((all) => known.filter((place) => all.includes(place)))
}

function domains() {
  return listed()
    .transform((all) => all.map((domain) => domain.toLowerCase()))
    .refine((all) => all.every((domain) => /^[\p{L}\p{N}.-]+$/u.test(domain)), {
      error: 'domains such as example.com, with commas between',
    })
}

function email() {
  return matching(/^[^\s@]+@[^\s@]+$/, 'an e-mail address')
}

/** Keys and identities that come over plain HTTP could be anybody's. */
function issuer() {
  return z.string().refine(isSafeUrl, { error: 'a URL that starts with https://, or one on localhost' })
}

function isSafeUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
}

function origin() {
  return z.string().refine((text) => /^https?:/.test(text) && URL.parse(text)?.origin === text, {
    error: 'an origin such as https://chat.example.com, without a path',
  })
}

function httpUrl() {
  return z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
    error: 'a URL that starts with http:// or https://',
  })
}

function origins() {
  return listed().refine((all) => all.every((origin) => origin === '*' || URL.parse(origin)?.origin === origin), {
    error: '* or origins such as https://app.example.com, with commas between and no path',
  })
}

function listed() {
  return z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
}
