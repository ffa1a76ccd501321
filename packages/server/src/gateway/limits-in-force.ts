import { MAX_QUEUE, MAX_REQUEST_BYTES } from '@streambed/protocol'
import * as z from 'zod'
import { MAX_DOCUMENTS, MAX_IMAGES } from '../runs/parts.ts'
import { MAX_PARKED, ROOM_OF_ORGANISATION } from '../runs/room.ts'
import { MAX_BUDGETS } from '../store/budgets.ts'
import type { App, Door } from './door.ts'
import { MAX_IMAGE } from './files.ts'
import { LIMITS } from './limits.ts'
import { ADDRESS, ORGANISATION, UPLOADS } from './quotas/quotas.ts'

const Limit = z.object({
  of: z.enum(['user', 'address', 'organisation', 'conversation', 'message', 'agent', 'server']),
  agent: z.string().optional().describe('Whose runs, where it is of an agent.'),
  name: z.enum([
    'requests',
    'connections',
    'answers',
    'parked',
    'uploads',
    'storage',
    'budgets',
    'waiting',
    'characters',
    'request-size',
    'file-size',
    'image-size',
    'images',
    'documents',
    'model-calls',
    'cost',
    'answer-length',
    'sockets',
    'follows',
    'idle',
  ]),
  most: z.number().nullable().describe('Null: there is no limit.'),
  unit: z.enum(['at once', 'a minute', 'in all', 'characters', 'bytes', 'tokens', 'micro-dollars', 'milliseconds']),
  setting: z.string().optional().describe('What the server is told it by at its start; what has none is fixed.'),
})
type Limit = z.infer<typeof Limit>

/** What limits hold on this server, each with the setting by which it is changed. */
export function limitsInForce(app: App, door: Door): void {
  app.get(
    '/v1/limits',
    {
      config: { action: 'people' },
      schema: {
        summary: 'The limits that hold here, and the settings that change them.',
        tags: ['server'],
        response: { 200: z.object({ items: z.array(Limit) }) },
      },
    },
    async () => ({ items: [...ofPeople(door), ...ofWhatTheyDo(door), ...ofAgents(door), ...OF_THE_SERVER] }),
  )
}

/** Of each user, and of all who share an address or an organisation. */
function ofPeople({ quotas: { each }, engine }: Door): readonly Limit[] {
  const times = (most: number | undefined, factor: number): number | null => (most === undefined ? null : most * factor)
  const requests = (of: Limit['of'], factor: number): Limit => ({
    of,
    name: 'requests',
    most: times(each?.requestsPerMinute, factor),
    unit: 'a minute',
    setting: 'STREAMBED_REQUESTS_PER_MINUTE',
  })
  const connections = (of: Limit['of'], factor: number): Limit => ({
    of,
    name: 'connections',
    most: times(each?.connections, factor),
    unit: 'at once',
    setting: 'STREAMBED_CONNECTIONS',
  })
  const answers = (of: Limit['of'], factor: number): Limit => ({
    of,
    name: 'answers',
    most: times(engine.settings.runsAtOnce, factor),
    unit: 'at once',
    setting: 'STREAMBED_RUNS_AT_ONCE',
  })
  return [
    requests('user', 1),
    connections('user', 1),
    answers('user', 1),
    { of: 'user', name: 'parked', most: engine.settings.runsAtOnce === undefined ? null : MAX_PARKED, unit: 'at once' },
    { of: 'user', name: 'uploads', most: each && UPLOADS, unit: 'at once' },
    {
      of: 'user',
      name: 'storage',
      most: engine.settings.storagePerUser ?? null,
      unit: 'bytes',
      setting: 'STREAMBED_STORAGE_PER_USER_MB',
    },
    requests('address', ADDRESS),
    connections('address', ADDRESS),
    requests('organisation', ORGANISATION),
    connections('organisation', ORGANISATION),
    answers('organisation', ROOM_OF_ORGANISATION),
    { of: 'organisation', name: 'budgets', most: MAX_BUDGETS, unit: 'in all' },
  ]
}

/** Of one conversation and one message. */
function ofWhatTheyDo({ engine: { settings } }: Door): readonly Limit[] {
  return [
    { of: 'conversation', name: 'answers', most: 1, unit: 'at once' },
    { of: 'conversation', name: 'waiting', most: MAX_QUEUE, unit: 'at once' },
    {
      of: 'message',
      name: 'characters',
      most: settings.promptLimit,
      unit: 'characters',
      setting: 'STREAMBED_PROMPT_LIMIT',
    },
    { of: 'message', name: 'images', most: MAX_IMAGES, unit: 'in all' },
    { of: 'message', name: 'documents', most: MAX_DOCUMENTS, unit: 'in all' },
    { of: 'message', name: 'file-size', most: LIMITS.file, unit: 'bytes' },
    { of: 'message', name: 'image-size', most: MAX_IMAGE, unit: 'bytes' },
    { of: 'message', name: 'answer-length', most: settings.maxTokens, unit: 'tokens', setting: 'BEDROCK_MAX_TOKENS' },
  ]
}

/** Of one run of each agent, as the agents themselves say it. */
function ofAgents({ engine: { agents } }: Door): readonly Limit[] {
  return [...agents.values()].flatMap(({ name: agent, limits: { steps, microDollars } }): readonly Limit[] => [
    { of: 'agent', agent, name: 'model-calls', most: steps, unit: 'in all' },
    { of: 'agent', agent, name: 'cost', most: microDollars, unit: 'micro-dollars' },
  ])
}

const OF_THE_SERVER: readonly Limit[] = [
  { of: 'server', name: 'sockets', most: LIMITS.sockets, unit: 'at once' },
  { of: 'server', name: 'follows', most: LIMITS.follows, unit: 'at once' },
  { of: 'server', name: 'request-size', most: MAX_REQUEST_BYTES, unit: 'bytes' },
  { of: 'server', name: 'idle', most: LIMITS.stalled, unit: 'milliseconds' },
]
