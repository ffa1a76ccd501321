import { enAdmin } from './en-admin.ts'
import { language } from './language.ts'
import type { Widened } from './text.ts'

/** The words of budgets, the audit and limits, in one language: complete, or it does not compile. */
export type AdminText = Widened<typeof enAdmin>

export const adminText: AdminText = language === 'de' ? (await import('./de-admin.ts')).deAdmin : enAdmin
