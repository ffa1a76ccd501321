/** Where filters look, as the settings call it. */
export const PLACES = { messages: 'message', 'tool-results': 'tool-result', answers: 'answer' } as const
