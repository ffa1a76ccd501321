import { useClient } from '@streambed/client/react'
import { useState } from 'react'
import { navigate } from '../../routes/navigation.ts'
import { builderText } from '../../text/builder.ts'
import { inWords } from '../../text/problems.ts'
import { toasts } from '../../ui/toast.tsx'
import type { KeptStrategy } from '../saved-strategy.ts'

/** Who builds strategies, and changes those that were kept. */
const AGENT = 'strategy-builder'

/** Opens a kept strategy in a new conversation, so that what was kept stays as it is. */
export function useOpenStrategy() {
  const client = useClient()
  const [opening, setOpening] = useState<string | null>(null)
  const open = async ({ id, name, strategy }: KeptStrategy) => {
    setOpening(id)
    try {
      const conversation = await client.createConversation({ agent: AGENT, title: name })
      try {
        const patch = [{ op: 'replace' as const, path: '', value: strategy }]
        await client.conversation(conversation).editState(patch, { revision: 0 })
      } catch (error) {
        await client.conversations.remove(conversation)
        throw error
      }
      navigate({ name: 'builder', id: conversation })
    } catch (error) {
      toasts.add({ title: `${builderText.strategies.openFailed} ${inWords(error as Error)}` }) // a `Failure`
      setOpening(null)
    }
  }
  return { opening, open: (record: KeptStrategy) => void open(record) }
}
