import { useMemo } from 'react'
import { FlowPicture } from '../builder/flow-picture.tsx'
import { readStrategy } from '../builder/strategy.ts'
import { sharingText } from '../text/sharing.ts'

/** What the conversation has built, where that is a strategy. */
export function StrategyPicture({ value }: { readonly value: unknown }) {
  const strategy = useMemo(() => readStrategy(value), [value])
  if (strategy.nodes.length === 0) return null
  return (
    <div className="mt-2 overflow-x-auto rounded-xl border border-line bg-sunken p-3">
      <FlowPicture
        flow={strategy}
        label={sharingText.page.picture}
        isDetailed
        className="mx-auto max-h-[32rem] max-w-full"
      />
    </div>
  )
}
