import { useEffect, useRef } from 'react'
import { text } from '../text/text.ts'

/** Tells by the system, where somebody has allowed that, when a conversation has something new and nobody looks at the page. */
export function useNewsNotification(count: number): void {
  const before = useRef(count)
  useEffect(() => {
    const isMore = count > before.current
    before.current = count
    if (!isMore || !document.hidden || !('Notification' in globalThis) || Notification.permission !== 'granted') return
    const shown = new Notification(text.app.name, { body: text.sidebar.news(count), tag: 'news' })
    shown.onclick = () => {
      globalThis.focus()
      shown.close()
    }
  }, [count])
}
