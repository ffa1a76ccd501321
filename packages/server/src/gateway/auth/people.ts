import * as z from 'zod'
import { invitationsOf, invite, withdrawInvitation } from '../../accounts/invitations.ts'
import { createOrganisation, renameOrganisation } from '../../accounts/organisations.ts'
import { changePerson, peopleOf, removePerson, resetPassword } from '../../accounts/people.ts'
import type { App, Door } from '../door.ts'
import { NOTHING } from '../openapi.ts'
import { RoleWord } from './me.ts'

const ByUser = z.object({ user: z.string().max(200) })
const Title = z.object({ title: z.string().trim().min(1).max(100) })
const Time = z.number().describe('In milliseconds since 1970.')
const Person = z.object({
  user: z.string(),
  email: z.string(),
  name: z.string(),
  role: RoleWord,
  disabled: z.boolean(),
  ours: z.boolean().describe('Whether this organisation’s admins may disable the account and reset its password.'),
  joinedAt: Time,
})
const Invitation = z.object({
  id: z.string(),
  email: z.string().nullable(),
  role: RoleWord,
  createdAt: Time,
  expiresAt: Time,
})
const tags = ['people']
const admins = { action: 'people' } as const

/** The people of one's organisation, for those who look after them. */
export function peopleRoutes(app: App, { auth }: Door): void {
  if (!auth.signIn) return
  const { accounts } = auth.signIn

  app.get(
    '/v1/people',
    {
      config: admins,
      schema: {
        summary: 'The members of one’s organisation.',
        tags,
        querystring: z.object({
          after: z.coerce.number().int().min(0).default(0).describe('`next` of the page before.'),
        }),
        response: { 200: z.object({ items: z.array(Person), next: z.number().nullable() }) },
      },
    },
    async ({ principal, query }) => {
      const { items, next } = await peopleOf(accounts, principal, query.after)
      return { items: [...items], next }
    },
  )

  app.patch(
    '/v1/people/:user',
    {
      config: admins,
      schema: {
        summary: 'Gives somebody another role, or disables the account.',
        tags,
        params: ByUser,
        body: z.object({ role: RoleWord.optional(), disabled: z.boolean().optional() }),
        response: { 200: Person },
      },
    },
    async ({ principal, params, body }) => changePerson(accounts, principal, params.user, body),
  )

  app.delete(
    '/v1/people/:user',
    {
      config: admins,
      schema: {
        summary: 'Takes somebody out of one’s organisation, and erases what it keeps for them.',
        tags,
        params: ByUser,
      },
    },
    async ({ principal, params }, reply) => {
      await removePerson(accounts, principal, params.user)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/people/:user/reset',
    {
      config: admins,
      schema: {
        summary: 'Ends somebody’s password and sessions. The token sets a new one, once, within a day.',
        tags,
        params: ByUser,
        response: { 201: z.object({ token: z.string() }) },
      },
    },
    async ({ principal, params }, reply) =>
      reply.code(201).send({ token: await resetPassword(accounts, principal, params.user) }),
  )

  app.get(
    '/v1/invitations',
    {
      config: admins,
      schema: { summary: 'Open invitations.', tags, response: { 200: z.object({ items: z.array(Invitation) }) } },
    },
    async ({ principal }) => ({ items: [...(await invitationsOf(accounts, principal))] }),
  )

  app.post(
    '/v1/invitations',
    {
      config: admins,
      schema: {
        summary: 'Invites somebody. The token is shown this once; hand it to them.',
        tags,
        body: z.object({
          email: z
            .string()
            .max(254)
            .regex(/^[^\s@]+@[^\s@]+$/),
          role: RoleWord.default('member'),
        }),
        response: { 201: Invitation.extend({ token: z.string() }) },
      },
    },
    async ({ principal, body }, reply) => reply.code(201).send(await invite(accounts, principal, body)),
  )

  app.delete(
    '/v1/invitations/:id',
    {
      config: admins,
      schema: { summary: 'Takes an invitation back.', tags, params: z.object({ id: z.string().max(64) }) },
    },
    async ({ principal, params }, reply) => {
      await withdrawInvitation(accounts, principal, params.id)
      return reply.code(204).send()
    },
  )

  app.patch(
    '/v1/organisation',
    { config: admins, schema: { summary: 'Renames one’s organisation.', tags, body: Title, response: NOTHING } },
    async ({ principal, body }, reply) => {
      await renameOrganisation(accounts, principal, body.title)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/organisations',
    {
      config: { action: 'server' },
      schema: {
        summary: 'Makes an organisation, whose first owner one is.',
        tags,
        body: Title,
        response: { 201: z.object({ id: z.string(), title: z.string(), role: RoleWord }) },
      },
    },
    async ({ principal, body }, reply) =>
      reply.code(201).send(await createOrganisation(accounts, principal, body.title)),
  )
}
