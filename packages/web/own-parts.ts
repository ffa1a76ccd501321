import { join } from 'node:path'

/** Parts of libraries that are our own: what they do themselves a page with a strict security policy forbids. */
export const ownParts = {
  alias: { 'decode-named-character-reference': join(import.meta.dirname, 'src/markdown/character-reference.ts') },
}
