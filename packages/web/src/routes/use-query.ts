import { useCallback, useState } from 'react'

type Query<Name extends string> = Readonly<Partial<Record<Name, string>>>

/**
 * What stands behind the `?` of the address, under these names: what a page shows, so that it can be shared and reloaded. A change
 * is no step in the browser's history; null takes a name away.
 */
export function useQuery<Name extends string>(
  names: readonly Name[],
): readonly [Query<Name>, (change: Readonly<Partial<Record<Name, string | null>>>) => void] {
  const [query, setQuery] = useState(() => read(names))
  const change = useCallback(
    (change: Readonly<Partial<Record<Name, string | null>>>) => {
      const params = new URLSearchParams(location.search)
      for (const [name, value] of Object.entries<string | null | undefined>(change)) {
        if (value === null || value === undefined) params.delete(name)
        else params.set(name, value)
      }
      const search = params.size === 0 ? '' : `?${params}`
      history.replaceState(history.state, '', location.pathname + search)
      setQuery(read(names))
    },
    [names],
  )
  return [query, change]
}

function read<Name extends string>(names: readonly Name[]): Query<Name> {
  const params = new URLSearchParams(location.search)
  const said = names.flatMap((name) => (params.has(name) ? [[name, params.get(name)!]] : []))
  return Object.fromEntries(said) as Query<Name> // under these names alone
}
