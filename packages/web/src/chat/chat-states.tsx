import { CloudAlert, SearchX } from 'lucide-react'
import { navigate } from '../routes/navigation.ts'
import { PageHeader } from '../shell/page-header.tsx'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { WholePage } from '../ui/whole-page.tsx'

/** The shape of a conversation while it is being read. */
export function LoadingConversation({ problem }: { readonly problem: string | null }) {
  return (
    <div role="status" className="min-h-0 flex-1 overflow-hidden">
      <span className="sr-only">{text.conversation.loading}</span>
      <div className="mx-auto max-w-reading animate-breathe space-y-8 px-4 pt-6 sm:px-6">
        {[0, 1].map((turn) => (
          <div key={turn} className="space-y-6">
            <div className="ms-auto h-11 w-3/5 rounded-xl rounded-ee-sm bg-bubble" />
            <div className="space-y-3">
              {['w-11/12', 'w-full', 'w-4/5', 'w-2/5'].map((width) => (
                <div key={width} className={`h-3.5 rounded-full bg-hover ${width}`} />
              ))}
            </div>
          </div>
        ))}
      </div>
      {problem && <p className="mt-8 px-6 text-center text-sm text-soft">{problem}</p>}
    </div>
  )
}

/** There is no such conversation. */
export function MissingConversation() {
  const { title, text: explanation, action } = text.conversation.missing
  const button = (
    <Button look="primary" onClick={() => navigate({ name: 'start' })}>
      {action}
    </Button>
  )
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <div className="min-h-0 flex-1">
        <WholePage icon={SearchX} title={title} action={button}>
          {explanation}
        </WholePage>
      </div>
    </div>
  )
}

interface FailedConversationProps {
  readonly message: string | null
}

/** It could not be read. */
export function FailedConversation({ message }: FailedConversationProps) {
  const { title, action } = text.conversation.failed
  const button = (
    <Button look="primary" onClick={() => location.reload()}>
      {action}
    </Button>
  )
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <div className="min-h-0 flex-1">
        <WholePage icon={CloudAlert} title={title} action={button}>
          {message}
        </WholePage>
      </div>
    </div>
  )
}
