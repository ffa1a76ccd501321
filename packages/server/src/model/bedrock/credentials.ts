import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where AWS credentials would come from; nothing of the credentials themselves. */
export type CredentialSource =
  | { readonly source: 'bearer' }
  | { readonly source: 'keys' }
  | { readonly source: 'profile'; readonly profile: string }
  | { readonly source: 'web-identity' }
  | { readonly source: 'container' }
  | { readonly source: 'instance' }
  | { readonly source: 'none' }

export interface FindOptions {
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Default the user's own. */
  readonly home?: string
  /**
   * Whether to ask the instance metadata service too. Default false: where there is none, that takes the whole
   * `timeoutMs`.
   */
  readonly askInstance?: boolean
  /** For the instance metadata service alone. Default 1,000. */
  readonly timeoutMs?: number
}

/**
 * Tells which credentials the AWS SDK would find, in its order, by looking at the environment and at two small files.
 * It asks nobody, so a start never waits for it, unless `askInstance` says so. Found does not mean valid.
 */
export async function findCredentials(options: FindOptions = {}): Promise<CredentialSource> {
  const { env = process.env, home = homedir(), askInstance = false, timeoutMs = 1_000 } = options
  if (env['AWS_BEARER_TOKEN_BEDROCK']) return { source: 'bearer' }
  const named = env['AWS_PROFILE']
  // A profile that was asked for by name beats the keys.
  if (!named && env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']) return { source: 'keys' }
  const profile = named || 'default'
  if (await isProfile(profile, env, home)) return { source: 'profile', profile }
  if (env['AWS_WEB_IDENTITY_TOKEN_FILE'] && env['AWS_ROLE_ARN']) return { source: 'web-identity' }
  if (env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] || env['AWS_CONTAINER_CREDENTIALS_FULL_URI']) {
    return { source: 'container' }
  }
  const isOff = env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true'
  if (askInstance && !isOff && (await isInstance(env, timeoutMs))) return { source: 'instance' }
  return { source: 'none' }
}

/** What is set and cannot be used, where no credentials were found: a sentence for whoever meant to give some. */
export function unfinishedCredentials(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (env['AWS_PROFILE'])
    return `AWS_PROFILE is ${JSON.stringify(env['AWS_PROFILE'])}, and no profile of this name holds credentials.`
  const lone = PAIRS.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]).find(
    ([one, other]) => env[one] && !env[other],
  )
  return lone && `${lone[0]} is set, and ${lone[1]} is not.`
}

const PAIRS = [
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
] as const

/**
 * The setting of the environment that holds a key that never ends, so that whoever gets hold of it has it for good. AWS means
 * long-term Bedrock API keys for trying things out alone.
 */
export function lastingKey(
  env: Readonly<Record<string, string | undefined>> = process.env,
): 'AWS_BEARER_TOKEN_BEDROCK' | 'AWS_ACCESS_KEY_ID' | undefined {
  const bearer = env['AWS_BEARER_TOKEN_BEDROCK']
  if (bearer) return bearer.startsWith('ABSK') ? 'AWS_BEARER_TOKEN_BEDROCK' : undefined
  return !env['AWS_PROFILE'] && env['AWS_ACCESS_KEY_ID']?.startsWith('AKIA') ? 'AWS_ACCESS_KEY_ID' : undefined
}

/** A default profile that only names a region holds no credentials. */
async function isProfile(name: string, env: FindOptions['env'] & object, home: string): Promise<boolean> {
  const [credentials, config] = await Promise.all([
    readText(env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(home, '.aws', 'credentials')),
    readText(env['AWS_CONFIG_FILE'] ?? join(home, '.aws', 'config')),
  ])
  const inCredentials = sectionOf(credentials, name)
  const inConfig = sectionOf(config, name === 'default' ? name : `profile ${name}`)
  return GIVES_CREDENTIALS.test(`${inCredentials}\n${inConfig}`)
}

const GIVES_CREDENTIALS =
  /^[^\S\n]*(aws_access_key_id|role_arn|sso_session|sso_start_url|credential_process|web_identity_token_file|login_session)\s*=/m

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return '' // not there, or not ours to read: the SDK would not get further
  }
}

function sectionOf(text: string, name: string): string {
  const sections = text.split(/^[^\S\n]*\[/m).slice(1)
  const found = sections.find((section) => section.slice(0, section.indexOf(']')).trim().replace(/\s+/g, ' ') === name)
  return found?.slice(found.indexOf(']') + 1) ?? ''
}

/** The service is there when it gives a token, and has credentials for us when it names a role. */
async function isInstance(env: FindOptions['env'] & object, timeoutMs: number): Promise<boolean> {
  const base = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? 'http://169.254.169.254'
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const token = await ask(new URL('/latest/api/token', base), {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      signal,
    })
    const roles = new URL('/latest/meta-data/iam/security-credentials/', base)
    return token !== '' && (await ask(roles, { headers: { 'x-aws-ec2-metadata-token': token }, signal })) !== ''
  } catch {
    return false // nobody is there, or somebody who is no such service
  }
}

/** What tokens and names of roles are far below, in characters. */
const MAX_TOLD = 4_096

/** What a 200 says; nothing for any other answer. */
async function ask(url: URL, options: http.RequestOptions): Promise<string> {
  const request = http.request(url, { ...options, agent: false }).end()
  request.on('error', () => {}) // one that comes later is the response's, too
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.setEncoding('utf8')
  let told = ''
  if (response.statusCode === 200) {
    for await (const piece of response) {
      told += piece
      if (told.length > MAX_TOLD) return ''
    }
  }
  response.destroy()
  return told.trim()
}
