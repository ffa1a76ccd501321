import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { Client } from '../client.ts'

const ClientContext = createContext<Client | null>(null)

interface ProviderProps {
  /** Made, and disposed of, by whoever draws this. */
  readonly client: Client
  readonly children?: ReactNode
}

/** Gives the client to everything inside. */
export function StreambedProvider({ client, children }: ProviderProps) {
  return createElement(ClientContext, { value: client }, children)
}

export function useClient(): Client {
  const client = useContext(ClientContext)
  if (!client) throw new Error('put a <StreambedProvider client={…}> around this component')
  return client
}
