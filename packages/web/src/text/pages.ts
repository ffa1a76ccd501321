import { enPages } from './en-pages.ts'
import { language } from './language.ts'
import type { Widened } from './text.ts'

/** The words of the pages that come when they are gone to, in one language: complete, or it does not compile. */
export type PagesText = Widened<typeof enPages>

/** What those pages read. */
export const pagesText: PagesText = language === 'de' ? (await import('./de-pages.ts')).dePages : enPages
