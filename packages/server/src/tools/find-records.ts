import * as z from 'zod'
import type { Collection } from '../agent/collection.ts'
import { defineTool, type Tool } from '../agent/tool.ts'

const MAX_READ = 500

/** A tool that finds the user's own records in these collections, for questions such as "what did I predict about Oslo?". */
export function findRecords(collections: readonly Collection[]): Tool {
  const names = collections.map(({ name }) => name) as [string, ...string[]] // a schema of no names refuses all
  const said = collections.map(({ name, description }) => `${name} (${description})`).join(', ')
  return defineTool({
    name: 'find_records',
    description: `Finds what the user has saved in ${said}. Newest first.`,
    input: z.object({
      collection: z.enum(names),
      words: z.string().trim().max(200).default('').describe('Words that must all stand in the record; empty for all.'),
      limit: z.int().min(1).max(50).default(10),
    }),
    async run({ collection: name, words, limit }, { records }) {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
      const found: object[] = []
      const kept = records(collections.find((collection) => collection.name === name)!)
      let cursor: string | undefined
      for (let read = 0; read < MAX_READ; ) {
        const page = await kept.list({ limit: 100, cursor })
        for (const record of page.items) {
          const text = JSON.stringify(record).toLowerCase()
          if (wanted.every((word) => text.includes(word))) found.push(record)
          if (found.length >= limit) return found
        }
        read += page.items.length
        if (page.cursor === null) break
        cursor = page.cursor
      }
      return found.length > 0 ? found : 'Nothing was found.'
    },
  })
}
