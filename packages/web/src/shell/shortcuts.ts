import { useEffect } from 'react'

/** What can be done by keys, wherever one is. */
export type Shortcut = 'palette' | 'new-chat' | 'help' | 'write'

/** The keys as people read them, `mod` being Ctrl, or Command on a Mac. */
export const SHORTCUTS: Readonly<Record<Shortcut, readonly string[]>> = {
  palette: ['mod', 'K'],
  'new-chat': ['mod', 'Shift', 'O'],
  write: ['/'],
  help: ['?'],
}

const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '')

/** A key as this computer's keyboard has it. */
export function keyName(key: string): string {
  if (key === 'mod') return isMac ? '⌘' : 'Ctrl'
  if (key === 'Shift') return isMac ? '⇧' : 'Shift'
  return key
}

/** Which shortcut a press of keys means; single letters mean nothing while somebody writes. */
export function shortcutOf(event: Press): Shortcut | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event
  if (altKey || event.isComposing) return null
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() === 'k' && !shiftKey) return 'palette'
    return key.toLowerCase() === 'o' && shiftKey ? 'new-chat' : null
  }
  if (isWriting(event.target)) return null
  if (key === '/') return 'write'
  return key === '?' ? 'help' : null
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'target'>

const performers = new Set<(shortcut: Shortcut) => void>()

/** Does what a shortcut does, for those who press a button instead. */
export function perform(shortcut: Shortcut): void {
  for (const act of [...performers]) act(shortcut)
}

/** Does what keys ask for. */
export function useShortcuts(act: (shortcut: Shortcut) => void): void {
  useEffect(() => {
    performers.add(act)
    const pressed = (event: KeyboardEvent) => {
      const shortcut = event.defaultPrevented ? null : shortcutOf(event)
      if (!shortcut) return
      event.preventDefault()
      act(shortcut)
    }
    addEventListener('keydown', pressed)
    return () => {
      performers.delete(act)
      removeEventListener('keydown', pressed)
    }
  }, [act])
}

function isWriting(target: EventTarget | null): boolean {
  if (!target || !('tagName' in target)) return false
  const { tagName, isContentEditable } = target as HTMLElement
  return tagName === 'INPUT' || tagName === 'TEXTAREA' || tagName === 'SELECT' || isContentEditable
}
