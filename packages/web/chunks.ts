import { join } from 'node:path'
import type { Rolldown } from 'vite'

const src = join(import.meta.dirname, 'src')

/**
 * What every visit needs is one file, and what its first conversation needs is another: left alone, the bundler makes one of every icon
 * that two pages share. All that comes later is split as pages ask for it.
 */
export const chunks: Rolldown.CodeSplittingOptions = {
  groups: [
    { name: neededBy('first', join(src, 'main.tsx')), debugName: 'first', priority: 2 },
    { name: neededBy('conversation', join(src, 'chat/messages.tsx')), debugName: 'conversation', priority: 1 },
  ],
}

/** Names the chunk of what a module imports, near and far, as long as it does so at once. */
function neededBy(name: string, module: string): Rolldown.CodeSplittingNameFunction {
  let needed: ReadonlySet<string> | undefined
  return (id, context) => {
    needed ??= reachedFrom(module, (id) => context.getModuleInfo(id)?.importedIds ?? [])
    return needed.has(id) ? name : null
  }
}

function reachedFrom(start: string, importsOf: (id: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set([start])
  for (const id of reached) for (const imported of importsOf(id)) reached.add(imported)
  return reached
}
