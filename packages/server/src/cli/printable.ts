/**
 * A text that others have written, without what a terminal would obey: control characters but for line breaks and tabs.
 * Letter by letter, so that pieces of a text may be made printable one after the other.
 */
export function printable(text: string): string {
  return text.replace(COMMANDS, '')
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\n\t\u2028\u2029]+/g, ' ')
}

/** JSON with nothing that a terminal would obey. It reads back as the same. */
export function printableJson(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null' // of nothing at all there is none
  return json.replace(COMMANDS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** C0 but for tab and newline, DEL and C1, and what turns the direction of writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const COMMANDS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
