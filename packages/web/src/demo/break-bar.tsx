import type { RunId } from '@streambed/client'
import { useClient, useReadable } from '@streambed/client/react'
import { Gauge, type LucideIcon, MoonStar, Scissors, Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { pagesText } from '../text/pages.ts'
import { inWords } from '../text/problems.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/use-now.ts'
import { network } from './network.ts'

const words = pagesText.breaking
/** How long the network is cut, and how long the tab sleeps, in milliseconds. */
const CUT_MS = 8_000
const SLEEP_MS = 12_000

interface BreakBarProps {
  /** The answer that is being written. */
  readonly answering: RunId | undefined
}

/** Breaks things on purpose, to see that nothing is lost. */
export function BreakBar({ answering }: BreakBarProps) {
  const client = useClient()
  const trouble = useReadable(network.trouble)
  const now = useNow(trouble !== null)
  const seconds = trouble ? Math.max(0, Math.ceil((trouble.until - now) / 1000)) : 0
  const [told, tell] = useState<string | null>(null)
  useEffect(() => {
    if (answering !== undefined) tell(null) // what was said of the next answer is now to be seen in it
  }, [answering])
  const order = (kind: 'throttle' | 'cut') =>
    client.makeFault(kind).then(
      () => tell(words.ordered[kind]),
      (error: Error) => tell(inWords(error)),
    )
  return (
    <fieldset className="mx-auto flex max-w-reading flex-wrap items-center justify-center gap-1.5 px-3 pb-1.5">
      <legend className="sr-only">{words.title}</legend>
      <Breaker
        icon={Unplug}
        label={trouble?.kind === 'cut' ? words.cutFor(seconds) : words.network}
        isDisabled={trouble !== null}
        onBreak={() => network.cut(CUT_MS)}
      />
      <Breaker icon={Scissors} label={words.stream} onBreak={() => void order('cut')} />
      <Breaker icon={Gauge} label={words.throttle} onBreak={() => void order('throttle')} />
      <Breaker
        icon={MoonStar}
        label={trouble?.kind === 'sleep' ? words.asleepFor(seconds) : words.sleep}
        isDisabled={trouble !== null}
        onBreak={() => network.sleep(SLEEP_MS)}
      />
      <p role="status" className="basis-full text-center text-soft empty:hidden">
        {told}
      </p>
    </fieldset>
  )
}

interface BreakerProps {
  readonly icon: LucideIcon
  readonly label: string
  readonly isDisabled?: boolean
  readonly onBreak: () => void
}

function Breaker({ icon, label, isDisabled = false, onBreak }: BreakerProps) {
  return (
    <Button
      icon={icon}
      // One that is at work keeps the focus, so that the keyboard stays where it is.
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && onBreak()}
      className="min-h-7 px-2.5 text-xs tabular-nums aria-disabled:opacity-70"
    >
      {label}
    </Button>
  )
}
