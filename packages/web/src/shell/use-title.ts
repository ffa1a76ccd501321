import { useEffect } from 'react'
import { text } from '../text/text.ts'

/** Names the browser's tab. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · ${text.app.name}` : text.app.name
  }, [title])
}
