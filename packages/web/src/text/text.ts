import { en } from './en.ts'
import { language } from './language.ts'

/**
 * Every word of the interface in one language. A second language is a second value of this type, complete or it does
 * not compile.
 */
export type Text = Widened<typeof en>

/** What components read. A page speaks one language from its beginning to its end. */
export const text: Text = language === 'de' ? (await import('./de.ts')).de : en

/** The shape of a catalogue, whatever its language. */
export type Widened<Value> = Value extends string
  ? string
  : Value extends (...parameters: infer Parameters) => string
    ? (...parameters: Parameters) => string
    : Value extends readonly string[]
      ? readonly string[]
      : { readonly [Key in keyof Value]: Widened<Value[Key]> }
