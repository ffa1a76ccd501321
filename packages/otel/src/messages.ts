/** The longest text that a span holds, in characters. */
export const MAX_TEXT = 16_000

/** What somebody said, as the conventions write it down. */
export function messages(role: 'user' | 'assistant', content: string): string {
  return JSON.stringify([{ role, parts: [{ type: 'text', content: content.slice(0, MAX_TEXT) }] }])
}
