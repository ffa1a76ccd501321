import type { RunId } from '@streambed/client'
import { Hammer } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useIsDemo } from '../demo/is-demo.ts'
import { text } from '../text/text.ts'

const BreakBar = lazy(async () => ({ default: (await import('../demo/break-bar.tsx')).BreakBar }))

interface DemoLabelProps {
  /** The answer that is being written. */
  readonly answering: RunId | undefined
}

/** Says so where the answers come from rules and not from a model; there, things can also be broken on purpose. */
export function DemoLabel({ answering }: DemoLabelProps) {
  const isDemo = useIsDemo()
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="shrink-0 px-4 pt-1 pb-[max(0.4rem,env(safe-area-inset-bottom))] text-xs">
      {isOpen && (
        <Suspense>
          <BreakBar answering={answering} />
        </Suspense>
      )}
      <p className="flex min-h-6 items-center justify-center gap-3 text-center">
        {isDemo && (
          <>
            <span className="min-w-0 text-warning">{text.app.demo}</span>
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
              className="inline-flex min-h-6 shrink-0 items-center gap-1 rounded-md px-1.5 font-medium text-soft hover:bg-hover hover:text-ink pointer-coarse:min-h-8"
            >
              <Hammer aria-hidden className="size-3.5" />
              {text.app.breakIt}
            </button>
          </>
        )}
      </p>
    </div>
  )
}
