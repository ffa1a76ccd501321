import { useCollections } from '@streambed/client/react'
import { lazy, type ReactNode, useEffect, useState } from 'react'
import { Sidebar } from '../conversations/sidebar.tsx'
import { useUnreadCount } from '../conversations/unread.ts'
import { useRoute } from '../routes/navigation.ts'
import { followWindows } from '../sign-in/whose.ts'
import { text } from '../text/text.ts'
import { Extra } from '../ui/extra.tsx'
import { OverlayHost } from '../ui/overlay-host.tsx'
import { DrawerContext } from './drawer.ts'
import { Keyboard } from './keyboard.tsx'
import { useNewsNotification } from './use-news-notification.ts'
import { useNewsInTitle } from './use-title.ts'
import { useWide } from './use-wide.ts'

// Nobody who has room for the sidebar needs a drawer.
const SidebarDrawer = lazy(async () => ({ default: (await import('./sidebar-drawer.tsx')).SidebarDrawer }))
const Bell = lazy(async () => ({ default: (await import('../alarms/bell.tsx')).Bell }))

/** The frame of every page: the conversations beside it where there is room, in a drawer where there is not. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const isWide = useWide()
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const route = useRoute()
  const news = useUnreadCount()
  useNewsInTitle(news)
  useNewsNotification(news)
  useEffect(followWindows, [])
  const hasAlarms = useCollections().value?.some(({ name }) => name === 'alarms') ?? false
  // biome-ignore lint/correctness/useExhaustiveDependencies: going anywhere closes the drawer
  useEffect(() => setDrawerOpen(false), [route, isWide])

  return (
    <DrawerContext value={isWide ? null : () => setDrawerOpen(true)}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-70 -translate-y-20 rounded-md bg-accent px-3 py-2 text-sm text-on-accent focus:translate-y-0"
      >
        {text.app.skip}
      </a>
      <div className="flex h-dvh overflow-hidden">
        {isWide ? (
          <div className="w-sidebar shrink-0 border-e border-line bg-bed">
            <Sidebar />
          </div>
        ) : (
          <Extra>
            <SidebarDrawer isOpen={isDrawerOpen} onOpenChange={setDrawerOpen} />
          </Extra>
        )}
        <main id="main" tabIndex={-1} className="relative min-w-0 flex-1 bg-ground outline-hidden">
          <OverlayHost>{children}</OverlayHost>
        </main>
      </div>
      <Keyboard />
      {hasAlarms && (
        <Extra>
          <Bell />
        </Extra>
      )}
    </DrawerContext>
  )
}
