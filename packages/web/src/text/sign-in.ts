import { enSignIn } from './en-sign-in.ts'
import { language } from './language.ts'
import type { Widened } from './text.ts'

/** The words of signing in, of one's account and of people, in one language: complete, or it does not compile. */
export type SignInText = Widened<typeof enSignIn>

export const signInText: SignInText = language === 'de' ? (await import('./de-sign-in.ts')).deSignIn : enSignIn
