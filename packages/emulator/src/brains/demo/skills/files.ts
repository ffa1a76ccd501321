import type { ToolSpec } from '../../../wire.ts'
import type { Skill } from '../skill.ts'

/** Reads, writes and lists files, where there are tools for that. */
export const files: Skill = {
  name: 'files',
  answer({ text, tools, pick }) {
    const path = pathIn(text)
    const announcement = pick('Let me see.', 'One moment.', '')
    if (path && /\b(?:write|save|create|put|store)\b/i.test(text)) {
      const tool = find(tools, /\bwrite file\b/, ['path', 'content'])
      if (tool) return { say: announcement, calls: [{ tool, input: { path, content: contentIn(text, path) } }] }
    }
    if (path && /\b(?:read|open|show|print|what(?:'s| is| stands)? in)\b/i.test(text)) {
      const tool = find(tools, /\bread text file\b/, ['path']) ?? find(tools, /\bread file\b/, ['path'])
      if (tool) return { say: announcement, calls: [{ tool, input: { path } }] }
    }
    if (/\b(?:list|show|which|what)\b.*\b(?:files?|folders?|director(?:y|ies))\b/i.test(text)) {
      const tool = find(tools, /\blist directory\b/, ['path'])
      if (tool) return { say: announcement, calls: [{ tool, input: { path: folderIn(text) ?? '.' } }] }
    }
    return undefined
  },
}

function find(tools: readonly ToolSpec[], words: RegExp, fields: readonly string[]): ToolSpec | undefined {
  return tools.find(({ name = '', inputSchema }) => {
    const { properties = {} } = (inputSchema?.json ?? {}) as { readonly properties?: object } // JSON Schema of an object
    return words.test(name.replace(/_+/g, ' ').toLowerCase()) && fields.every((field) => field in properties)
  })
}

/** A file's name, with or without its folders. */
function pathIn(text: string): string | undefined {
  return /(?:^|[\s"'`(“])((?:~|\.{1,2})?\/?(?:[\w.-]+\/)*[\w-]+\.[a-z]\w{0,4})(?=$|[\s"'`),.?!:;”])/i.exec(text)?.[1]
}

function folderIn(text: string): string | undefined {
  return /(?:^|\s)((?:~|\.{1,2})?\/[\w./-]*\w)/.exec(text)?.[1]
}

/** What stands in quotes, or behind the word for it, or else all that is not the order itself. */
function contentIn(text: string, path: string): string {
  const quoted = /["“]([^"”]+)["”]/.exec(text)?.[1]
  if (quoted && quoted !== path) return quoted
  return /\b(?:says?|saying|with(?: the (?:text|words|content))?|content)[: ]+(.+)$/is.exec(text)?.[1]?.trim() ?? text
}
