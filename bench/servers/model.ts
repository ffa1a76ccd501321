/** What everybody asks for. The stand-in does not mind. */
export const MODEL = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
