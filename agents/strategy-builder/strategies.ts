import { defineCollection } from '@streambed/server'
import * as z from 'zod'
import { Strategy } from './strategy.ts'

const SavedStrategy = z.object({
  name: z.string().trim().min(1).max(100),
  strategy: Strategy,
  /** Where it was made. */
  conversation: z
    .string()
    .regex(/^[\w-]{2,64}$/)
    .optional(),
  /** When the strategy itself was last kept; another name does not count. */
  savedAt: z.iso.datetime().default('1970-01-01T00:00:00.000Z'),
})

/** My Strategies: what a user has named and kept of what was built. */
export const strategies = defineCollection({
  name: 'strategies',
  description: 'Strategies that the user has named and saved.',
  schema: SavedStrategy,
  indexes: ['name', 'conversation', 'savedAt'],
  derived: ['savedAt'],
  fixed: ['conversation'],
  settle(value, { before, now }) {
    const isNew = JSON.stringify(value.strategy) !== JSON.stringify(before?.strategy)
    return { ...value, savedAt: isNew ? now.toISOString() : before!.savedAt }
  },
})
