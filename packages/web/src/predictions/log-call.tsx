import { useClient } from '@streambed/client/react'
import { ArrowRight, BookmarkPlus, Check } from 'lucide-react'
import { useState } from 'react'
import { Link } from '../routes/link.tsx'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { Button } from '../ui/button.tsx'
import { toasts } from '../ui/toast.tsx'
import type { LoggedPrediction, Prediction } from './prediction.ts'

const words = pagesText.predictions

interface LogCallProps {
  readonly prediction: Prediction
  readonly run: string
  readonly conversation: string
  readonly onLogged?: () => void
}

/** Keeps a prediction, so that it is looked at on its day. Keeping the same one twice keeps it once. */
export function LogCall({ prediction, run, conversation, onLogged }: LogCallProps) {
  const client = useClient()
  const [state, setState] = useState<'open' | 'sending' | { readonly id: string }>('open')
  const log = async () => {
    setState('sending')
    try {
      // The server fills in the rest.
      const kept = { prediction, run, conversation } as LoggedPrediction
      const { id } = await client.records<LoggedPrediction>('predictions').create(kept)
      setState({ id })
      onLogged?.()
    } catch (error) {
      setState('open')
      toasts.add({ title: `${words.logFailed} ${inWords(error as Error)}` }) // the client throws nothing else
    }
  }
  if (typeof state === 'object')
    return (
      <span role="status" className="inline-flex min-h-8 items-center gap-3 text-sm">
        <span className="inline-flex items-center gap-1.5 text-soft">
          <Check aria-hidden className="size-4 text-good" />
          {words.logged}
        </span>
        <Link
          to={{ name: 'prediction', id: state.id }}
          className="inline-flex items-center gap-1 font-medium text-accent hover:underline"
        >
          {words.open}
          <ArrowRight aria-hidden className="size-4" />
        </Link>
      </span>
    )
  return (
    <Button look="primary" icon={BookmarkPlus} disabled={state === 'sending'} onClick={() => void log()}>
      {words.log}
    </Button>
  )
}
