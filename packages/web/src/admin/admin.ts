import { createAdmin } from '@streambed/client/admin'
import { whose } from '../sign-in/whose.ts'

/** Budgets, the audit and limits. */
export const admin = createAdmin({ ...(whose && { as: whose }) })
