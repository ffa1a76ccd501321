import { enPages } from './en-pages.ts'
import type { Widened } from './text.ts'

/** The words of the pages that come when they are gone to, in one language: complete, or it does not compile. */
export type PagesText = Widened<typeof enPages>

/** What those pages read. */
export const pagesText: PagesText = enPages
