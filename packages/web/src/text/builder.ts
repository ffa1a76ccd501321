import { enBuilder } from './en-builder.ts'
import { language } from './language.ts'
import type { Widened } from './text.ts'

/** The builder's words in one language, complete or it does not compile. */
export type BuilderText = Widened<typeof enBuilder>

/** What the builder's components read. */
export const builderText: BuilderText = language === 'de' ? (await import('./de-builder.ts')).deBuilder : enBuilder
