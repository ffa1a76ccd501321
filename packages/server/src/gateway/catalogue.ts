import * as z from 'zod'
import { leastPolicy } from '../model/bedrock/policy.ts'
import type { App, Door } from './door.ts'

const AgentInfo = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  suggestions: z.array(z.string()),
  model: z.string().describe('The model it asks, unless a message names another.'),
  default: z.boolean().describe('Whether it answers those who name no agent.'),
})

/** What there is: the server itself, its agents, the models of its account. */
export function catalogue(app: App, { engine, about, guardrail }: Door): void {
  app.get(
    '/v1/health',
    { config: { action: 'open' }, schema: { summary: 'Whether the process lives.', tags: ['server'] } },
    async () => ({
      status: 'ok',
      ...about,
    }),
  )

  app.get(
    '/v1/ready',
    { config: { action: 'open' }, schema: { summary: 'Whether new work is taken.', tags: ['server'] } },
    async (_, reply) => {
      if (!engine.draining) return { status: 'ok', ...about }
      return reply
        .code(503)
        .header('retry-after', 2)
        .send({ status: 'draining', ...about })
    },
  )

  app.get(
    '/v1/agents',
    {
      schema: {
        summary: 'Who can answer.',
        tags: ['agents'],
        response: { 200: z.object({ items: z.array(AgentInfo) }) },
      },
    },
    async () => ({
      items: [...engine.agents.values()].map(({ name, title, description, suggestions, model }) => ({
        name,
        title,
        description,
        suggestions: [...suggestions],
        model: model ?? engine.defaultModel(),
        default: name === engine.defaultAgent,
      })),
    }),
  )

  app.get('/v1/models', { schema: { summary: 'The models this account can use.', tags: ['agents'] } }, async () => ({
    items: await engine.model.list(AbortSignal.timeout(10_000)),
    default: engine.defaultModel(),
  }))

  app.get(
    '/v1/models/policy',
    {
      schema: {
        summary: 'The least IAM policy with which a model can be used, as JSON text.',
        tags: ['agents'],
        querystring: z.object({ model: z.string().min(1).max(256), region: z.string().max(32).default('*') }),
        response: { 200: z.object({ policy: z.string() }) },
      },
    },
    async ({ query }) => ({ policy: leastPolicy([query.model], query.region, guardrail) }),
  )
}
