import { createContext, useContext } from 'react'

/** Opens the drawer with the conversations; null where they stand beside the page. */
export const DrawerContext = createContext<(() => void) | null>(null)

export const useDrawer = () => useContext(DrawerContext)
