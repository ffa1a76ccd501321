import { useHealth } from '@streambed/client/react'
import { createContext } from 'react'

/** Whether the demo model answers: rules, which cost nothing. False until the server has said so. */
export function useIsDemo(): boolean {
  return useHealth().value?.model === 'demo'
}

/** The same for what a page has many of, so that not each of them asks the server. */
export const DemoContext = createContext(false)
