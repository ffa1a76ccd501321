import { type Conversation, isOver, type RunId } from '@streambed/client'
import { useEffect, useRef } from 'react'
import { announce } from '../shell/announcer.tsx'
import { text } from '../text/text.ts'

/** Tells those who listen when an answer starts and how it ends, never its single words. */
export function useAnnouncements(conversation: Conversation): void {
  const underWay = useRef(new Map<RunId, 'queued' | 'running'>())
  useEffect(() => {
    for (const message of conversation.messages) {
      if (message.role !== 'assistant') continue
      const before = underWay.current.get(message.id)
      if (!isOver(message)) {
        const status = message.status as 'queued' | 'running' // all that is not over
        underWay.current.set(message.id, status)
        if (before !== status && status === 'running') announce(text.answer.announce.started)
      } else if (before) {
        underWay.current.delete(message.id)
        const { status } = message
        if (status !== 'queued' && status !== 'running') announce(text.answer.announce[status])
      }
    }
  }, [conversation.messages])
}
