import type { PendingMessage as Message } from '@streambed/client'
import { CircleAlert, Clock } from 'lucide-react'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Bubble, FileChip } from './bubble.tsx'
import { useChatActions } from './chat-actions.ts'

/** What was written and is not in the log yet. */
export function PendingMessage({ message }: { readonly message: Message }) {
  const actions = useChatActions()
  return (
    <div className="flex flex-col items-end pb-4">
      <h2 className="sr-only">{text.message.yours}</h2>
      <Bubble words={message.text} isFaded={message.state !== 'failed'}>
        {message.parts
          .filter((part) => part.type === 'file')
          .map((part) => (
            <FileChip key={part.file} name={text.message.file} />
          ))}
      </Bubble>
      {message.state === 'failed' ? (
        <div
          role="alert"
          className="mt-1.5 flex max-w-[85%] flex-wrap items-center justify-end gap-x-1 text-sm text-danger"
        >
          <span className="text-pretty">
            <CircleAlert aria-hidden className="me-1.5 -mt-0.5 inline size-4" />
            {text.message.failed}. {message.error && inWords(message.error)}
          </span>
          <Button look="quiet" onClick={() => actions.sendPendingAgain(message.requestId)}>
            {text.message.resend}
          </Button>
          <Button look="quiet" onClick={() => actions.discardPending(message.requestId)}>
            {text.message.discard}
          </Button>
        </div>
      ) : (
        <div className="flex h-8 items-center gap-1 text-xs text-faint">
          {message.state === 'waiting' && (
            <>
              <Clock aria-hidden className="size-3.5" />
              {text.message.waiting}
              <Button look="quiet" className="px-2 text-xs" onClick={() => actions.discardPending(message.requestId)}>
                {text.message.discard}
              </Button>
            </>
          )}
          {message.state === 'sending' && text.message.sending}
        </div>
      )}
    </div>
  )
}
