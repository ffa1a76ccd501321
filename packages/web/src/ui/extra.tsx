import { type ReactNode, Suspense } from 'react'
import { FailureBoundary } from './failure-boundary.tsx'

/** What comes later than the page around it, which does without it where it does not come. */
export function Extra({ children }: { readonly children: ReactNode }) {
  return (
    <FailureBoundary fallback={null}>
      <Suspense>{children}</Suspense>
    </FailureBoundary>
  )
}
