import type { ToolSpec } from '../../../../wire.ts'
import type { Skill } from '../../skill.ts'
import { fieldsOf, valueIn } from './tools.ts'

/** Looks for what was said in other conversations, where there is a tool for it. */
export const conversations: Skill = {
  name: 'conversations',
  answer({ tools, results, text, mustCall }) {
    const tool = tools.find(isSearch)
    if (mustCall !== undefined) return undefined
    if (
      results.length === 0 &&
      /\b(?:delete|remove|erase|clear)\b.*\b(?:conversations?|chats?|history)\b/i.test(text) &&
      !tools.some(({ name = '' }) => /delete|erase/i.test(name))
    ) {
      return {
        say: 'I have no tool that removes conversations. The program through which you talk to me may: look at its list of conversations.',
      }
    }
    if (!tool?.name) return undefined
    const last = results.at(-1)
    if (last?.tool === tool.name) return last.ok ? { say: told(last.text) } : undefined
    if (last || !ASKED.test(text)) return undefined
    const query = subjectIn(text)
    const field = fieldsOf(tool).find((name) => /query|word|text|search/i.test(name)) ?? 'query'
    if (!query) return { say: 'I can search what we have said, by words. What was it about?' }
    return { calls: [{ tool, input: { [field]: query } }] }
  },
}

function isSearch({ name = '', description = '' }: ToolSpec): boolean {
  return /search|find/i.test(name) && /\bconversations\b/i.test(`${name.replace(/_/g, ' ')} ${description}`)
}

const ASKED =
  /\b(?:our|my|earlier|previous|past|other|last|the|that) (?:conversations?|chats?|discussions?)\b|\bwhat (?:did|have) (?:we|you|i) (?:talk|discuss|sa(?:y|id)|sp[eo]k|tell|told)|\bdid we (?:ever )?(?:talk|discuss|speak)|\bsearch (?:my|our|all) (?:conversations|chats)/i

function subjectIn(text: string): string | undefined {
  const found =
    /\b(?:about|regarding|on|of|where (?:we|i) (?:said|mentioned))\s+(?:the |my |a )?["“]?([\p{L}\d][\p{L}\d '&-]{1,60}?)["”]?\s*(?:[?.!,]|$)/iu.exec(
      text,
    )?.[1]
  const words = found
    ?.replace(/\b(?:this|last) (?:week|month|time)\b|\b(?:today|yesterday|before|earlier)\b/gi, '')
    .trim()
  return words === '' ? undefined : words
}

interface Found {
  readonly title?: string | null
  readonly snippet?: string
}

function told(text: string): string {
  const found = valueIn(text)
  if (!Array.isArray(found) || found.length === 0)
    return 'I found nothing like that in our other conversations. Try another word.'
  const lines = (found as readonly Found[]).slice(0, 5).map(({ title, snippet = '' }) => {
    const quote = snippet.replace(/[⟦⟧]/g, '**').replace(/\s+/g, ' ').trim()
    return `- **${title ?? 'A conversation'}**${quote === '' ? '' : `: ${quote}`}`
  })
  return `I found it here:\n\n${lines.join('\n')}`
}
