/** What a request is about: “write 800 words about the river Thames, please” → “the river Thames”. */
export function subjectOf(text: string): string {
  const about =
    /\b(?:about|on|of|regarding|explain(?:ing)?|describe|what (?:is|are)|how (?:do|does)|tell me)\s+(?:the difference between\s+)?([^.?!\n]{2,80})/i.exec(
      text,
    )?.[1]
  const subject = (about ?? text)
    .replace(/^\W*(?:hi|hello|hey)\b\W*/i, '')
    .replace(
      /^(?:please |could you |can you )*(?:help me )?(?:(?:write|give|make|show|tell|list|create|suggest|compare|implement|say)\s+)?(?:me |us )?(?:an? |the |some )?(?:\d+ )?(?:(?:ideas?|tips?|steps|list|table|plan|checklist) (?:for|to|of|about|on) )?/i,
      '',
    )
    .replace(
      /\s+(?:in|with|using|as)\s+(?:\d+|a|an|the)?\s*(?:words?|table|list|bullets?|steps?|markdown|simple terms|detail|code).*$/i,
      '',
    )
    .replace(/,?\s*(?:please|thanks|thank you)\b.*$/i, '')
    .replace(/["“”?!.]+/g, '')
    .trim()
  return subject.length > 60 ? `${subject.slice(0, 59).replace(/\s+\S*$/, '')} …` : subject
}

/** With a capital, for headings. */
export function titled(subject: string): string {
  return subject.charAt(0).toUpperCase() + subject.slice(1)
}
