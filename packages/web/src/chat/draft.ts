const PREFIX = 'streambed.draft.'

/** What was being written in a conversation (`new` before there is one) when this tab last showed it. */
export function readDraft(conversation: string): string {
  try {
    return sessionStorage.getItem(PREFIX + conversation) ?? ''
  } catch {
    return '' // storage is forbidden: drafts last as long as the page
  }
}

/** Keeps what is being written; nothing is kept of an empty draft. */
export function writeDraft(conversation: string, draft: string): void {
  try {
    if (draft === '') sessionStorage.removeItem(PREFIX + conversation)
    else sessionStorage.setItem(PREFIX + conversation, draft)
  } catch {
    // Storage is forbidden or full: the words are still in the field.
  }
}
