import { type AssistantMessage, type Conversation, isOver } from '@streambed/client'
import { Target } from 'lucide-react'
import { LogCall } from './log-call.tsx'
import { dueInWords, readPrediction } from './prediction.ts'

/** Below a conversation that has made a prediction: what it is, and the way to log it. */
export function PredictionBar({ conversation }: { readonly conversation: Conversation }) {
  const prediction = readPrediction(conversation.state.value)
  const answer = conversation.messages.findLast((message): message is AssistantMessage => message.role === 'assistant')
  if (!prediction || !answer || !isOver(answer)) return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-line bg-raised px-3.5 py-2.5 shadow-low">
      <Target aria-hidden className="size-4 shrink-0 text-accent max-sm:hidden" />
      <p className="min-w-0 flex-1 basis-56 text-sm">
        <span className="line-clamp-2 font-medium break-words">{prediction.prediction_statement}</span>
        <time dateTime={prediction.verification_date} className="block text-xs text-faint">
          {dueInWords(prediction.verification_date)}
        </time>
      </p>
      <LogCall
        key={`${answer.id} ${conversation.state.revision}`}
        prediction={prediction}
        run={answer.id}
        conversation={conversation.id}
      />
    </div>
  )
}
