import type { ErrorBody } from '@streambed/protocol'
import { useEffect, useState } from 'react'
import type { Client } from '../client.ts'
import { failureOf } from '../failure.ts'
import type { AgentInfo, CollectionInfo, Health, ModelList } from '../resources.ts'
import { useClient } from './provider.ts'
import { useConnection } from './use-readable.ts'

/** Something that is read once. While it is `loading`, `error` says why the last try failed: the next one comes by itself. */
export interface Fetched<T> {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly value: T | null
  readonly error: ErrorBody | null
}

export function useAgents(): Fetched<readonly AgentInfo[]> {
  return useFetched(agents)
}

export function useModels(): Fetched<ModelList> {
  return useFetched(models)
}

export function useCollections(): Fetched<readonly CollectionInfo[]> {
  return useFetched(collections)
}

export function useHealth(): Fetched<Health> {
  return useFetched(health)
}

const agents = (client: Client) => client.agents()
const models = (client: Client) => client.models()
const collections = (client: Client) => client.collections()
const health = (client: Client) => client.health()

const LOADING = { status: 'loading', value: null, error: null } as const

/** Reads when the component is first drawn, and again after each connect until it has worked. */
function useFetched<T>(read: (client: Client) => Promise<T>): Fetched<T> {
  const client = useClient()
  const isConnected = useConnection().status === 'connected'
  const [fetched, setFetched] = useState<Fetched<T>>(LOADING)
  const isReady = fetched.status === 'ready'
  useEffect(() => {
    if (isReady || !isConnected) return
    let isWanted = true
    read(client).then(
      (value) => isWanted && setFetched({ status: 'ready', value, error: null }),
      (thrown) => {
        const { body } = failureOf(thrown)
        if (isWanted) setFetched({ status: body.retry ? 'loading' : 'failed', value: null, error: body })
      },
    )
    return () => {
      isWanted = false
    }
  }, [client, read, isReady, isConnected])
  return fetched
}
