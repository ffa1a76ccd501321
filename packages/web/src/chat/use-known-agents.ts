import type { AgentInfo } from '@streambed/client'
import { useAgents } from '@streambed/client/react'
import { useMemo } from 'react'
import { ownWords } from '../text/agents.ts'

/** The agents that one can talk to, as the page calls them; none until they are known. */
export function useKnownAgents(): readonly AgentInfo[] {
  const agents = useAgents().value
  return useMemo(
    () =>
      (agents ?? []).map((agent) => ({
        ...agent,
        title: ownWords(agent.title),
        description: ownWords(agent.description),
      })),
    [agents],
  )
}
