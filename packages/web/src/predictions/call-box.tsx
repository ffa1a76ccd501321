import { type AssistantMessage, isOver, type Message, textOf } from '@streambed/client'
import { useConversation, useReadable } from '@streambed/client/react'
import { MessageSquareText, Plus, Target } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from 'react'
import { Answer } from '../chat/answer.tsx'
import { ChatActionsContext } from '../chat/chat-actions.ts'
import { useAnnouncements } from '../chat/use-announcements.ts'
import { useBranch } from '../chat/use-branch.ts'
import { useSeeing } from '../conversations/unread.ts'
import { FieldControl } from '../forms/field-control.tsx'
import { navigate } from '../routes/navigation.ts'
import { pagesText } from '../text/pages.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { GrowingField } from '../ui/growing-field.tsx'
import { LogCall } from './log-call.tsx'
import { readPrediction } from './prediction.ts'
import { PredictionFacts } from './prediction-facts.tsx'

const words = pagesText.predictions
const AGENT = 'predictions'

interface CallBoxProps {
  readonly onLogged: () => void
  /** Makes place for another call. */
  readonly onAgain: () => void
}

/** A call being made: first the words, then the agent that works out how it can be checked, then what can be logged. */
export function CallBox({ onLogged, onAgain }: CallBoxProps) {
  const { view, handle } = useConversation(null, { agent: AGENT })
  const id = useReadable(handle.id)
  const branch = useBranch(handle, useRef(null))
  const { conversation, pending } = view
  useAnnouncements(conversation)
  useSeeing(conversation)
  const answer = conversation.messages.findLast((message): message is AssistantMessage => message.role === 'assistant')
  const said = pending[0]?.text ?? saidIn(conversation.messages[0])
  if (said === undefined)
    return <Words onCall={(text, timezone) => void handle.send({ text, ...(timezone && { timezone }) })} />

  const prediction = answer && isOver(answer) ? readPrediction(conversation.state.value) : null
  return (
    <section aria-label={words.call} className="rounded-xl border border-line bg-raised p-5 shadow-card">
      <h2 className="text-lg leading-snug font-semibold text-pretty break-words">
        {prediction?.prediction_statement ?? said}
      </h2>
      <div className="mt-4">
        {answer ? (
          <ChatActionsContext value={branch.actions}>
            <Answer answer={answer} agent={words.agent} versions={[answer]} forms={[]} />
          </ChatActionsContext>
        ) : (
          <p role="status" className="text-sm text-soft">
            {text.message.sending}
          </p>
        )}
      </div>
      {prediction && (
        <div className="border-t border-line pt-4">
          <PredictionFacts prediction={prediction} />
        </div>
      )}
      {answer && isOver(answer) && id !== null && (
        <div className="mt-5 flex flex-wrap items-center gap-2">
          {prediction && <LogCall prediction={prediction} run={answer.id} conversation={id} onLogged={onLogged} />}
          <Button icon={MessageSquareText} onClick={() => navigate({ name: 'conversation', id })}>
            {words.talk}
          </Button>
          <Button look="quiet" icon={Plus} onClick={onAgain}>
            {words.again}
          </Button>
        </div>
      )}
    </section>
  )
}

function Words({ onCall }: { readonly onCall: (words: string, zone: string) => void }) {
  const id = useId()
  const [draft, setDraft] = useState('')
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
  const isReady = draft.trim() !== ''
  const call = () => isReady && onCall(draft.trim(), zone.trim())
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    call()
  }
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        call()
      }}
      className="rounded-xl border border-line bg-raised p-4 shadow-card focus-within:border-edge"
    >
      <GrowingField
        value={draft}
        onChange={setDraft}
        onKeyDown={pressed}
        label={words.prompt}
        placeholder={words.example}
        className="min-h-16 px-1 text-base"
      />
      <div className="mt-3 flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-48">
          <label htmlFor={id} className="mb-1 block text-xs font-medium text-faint">
            {text.form.fields.zone}
          </label>
          <FieldControl
            field={{ name: 'zone', title: null, description: null, isRequired: false, control: { kind: 'zone' } }}
            id={id}
            value={zone}
            onChange={(zone) => setZone(typeof zone === 'string' ? zone : '')}
            isDisabled={false}
            isInvalid={false}
            describedBy={undefined}
          />
        </div>
        <Button type="submit" look="primary" icon={Target} disabled={!isReady} className="min-h-9">
          {words.make}
        </Button>
      </div>
    </form>
  )
}

function saidIn(message: Message | undefined): string | undefined {
  return message?.role === 'user' ? textOf(message) : undefined
}
