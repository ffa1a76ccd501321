import { useSyncExternalStore } from 'react'
import type { ConnectionState } from '../connection/connection.ts'
import type { Readable } from '../readable.ts'
import { useClient } from './provider.ts'

/** The value of a readable; the component is drawn again when it changes. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(readable.subscribe, readable.get, readable.get)
}

export function useConnection(): ConnectionState {
  return useReadable(useClient().connection)
}
