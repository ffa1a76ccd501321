import type { Failure } from '@streambed/client'
import { TriangleAlert } from 'lucide-react'
import { inWords } from '../text/problems.ts'
import { Notice } from '../ui/notice.tsx'

/** What went wrong, where something did; read aloud when it appears. */
export function Problem({ of }: { readonly of: Failure | string | null }) {
  return (
    <div role="alert">
      {of !== null && (
        <Notice tone="danger" icon={TriangleAlert}>
          {typeof of === 'string' ? of : inWords(of)}
        </Notice>
      )}
    </div>
  )
}
