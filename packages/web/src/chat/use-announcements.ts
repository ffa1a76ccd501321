import type { AssistantMessage, Conversation, RunId } from '@streambed/client'
import { useEffect, useRef } from 'react'
import { announce } from '../shell/announcer.tsx'
import { text } from '../text/text.ts'

/** Tells those who listen when an answer starts and how it ends, never its single words. */
export function useAnnouncements(conversation: Conversation): void {
  const underWay = useRef(new Map<RunId, AssistantMessage['status']>())
  useEffect(() => {
    for (const message of conversation.messages) {
      if (message.role !== 'assistant') continue
      const { id, status } = message
      const before = underWay.current.get(id)
      if (status === 'queued' || status === 'running' || status === 'parked') {
        underWay.current.set(id, status)
        if (before !== status && status === 'running') announce(text.answer.announce.started)
        if (before !== status && status === 'parked') announce(text.answer.announce.parked)
      } else if (underWay.current.delete(id)) announce(text.answer.announce[status])
    }
  }, [conversation.messages])
}
