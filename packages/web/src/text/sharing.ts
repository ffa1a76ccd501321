import { enSharing } from './en-sharing.ts'
import { language } from './language.ts'
import type { Widened } from './text.ts'

/** The words of sharing, in one language: complete, or it does not compile. */
export type SharingText = Widened<typeof enSharing>

export const sharingText: SharingText = language === 'de' ? (await import('./de-sharing.ts')).deSharing : enSharing
