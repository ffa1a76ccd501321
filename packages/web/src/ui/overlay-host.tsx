import { createContext, type ReactNode, useContext, useState } from 'react'

const OverlayContext = createContext<HTMLElement | null>(null)

/**
 * Where what opens inside of it is put, so that a menu belongs to the landmark, and the drawer, that it was opened
 * in.
 */
export function OverlayHost({ children }: { readonly children: ReactNode }) {
  const [host, setHost] = useState<HTMLElement | null>(null)
  return (
    <OverlayContext value={host}>
      {children}
      <div ref={setHost} />
    </OverlayContext>
  )
}

export const useOverlayHost = () => useContext(OverlayContext)
