import { PanelLeft, SquarePen } from 'lucide-react'
import type { ReactNode } from 'react'
import { navigate } from '../routes/navigation.ts'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { useDrawer } from './drawer.ts'

interface PageHeaderProps {
  /** The page's title; nothing where it stands larger on the page itself. */
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

/** The line above a page: what it is, and on a phone the way to everything else. */
export function PageHeader({ children, actions }: PageHeaderProps) {
  const openDrawer = useDrawer()
  return (
    <header className="flex h-[calc(3.25rem+env(safe-area-inset-top))] shrink-0 items-center gap-1 ps-[max(0.5rem,env(safe-area-inset-left))] pe-[max(0.5rem,env(safe-area-inset-right))] pt-[env(safe-area-inset-top)]">
      {openDrawer && <IconButton label={text.sidebar.open} icon={PanelLeft} onClick={openDrawer} />}
      <div className="flex min-w-0 flex-1 items-center gap-2 px-2">{children}</div>
      {actions}
      {openDrawer && (
        <IconButton label={text.sidebar.newChat} icon={SquarePen} onClick={() => navigate({ name: 'start' })} />
      )}
    </header>
  )
}
