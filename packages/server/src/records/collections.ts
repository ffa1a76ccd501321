import type { Agent } from '../agent/agent.ts'
import type { Collection } from '../agent/collection.ts'

/**
 * The collections of these agents, by name. Agents may share one.
 *
 * @throws TypeError when two different ones have the same name.
 */
export function collectionsOf(agents: Iterable<Agent>): ReadonlyMap<string, Collection> {
  const collections = new Map<string, Collection>()
  for (const agent of agents) {
    for (const collection of agent.collections) {
      const known = collections.get(collection.name)
      if (known && known !== collection)
        throw new TypeError(`agent ${agent.name} has a collection ${collection.name}, and so has another agent`)
      collections.set(collection.name, collection)
    }
  }
  return collections
}
