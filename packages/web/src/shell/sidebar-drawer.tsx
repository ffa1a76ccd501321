import { Dialog } from '@base-ui/react/dialog'
import { Sidebar } from '../conversations/sidebar.tsx'
import { text } from '../text/text.ts'

interface SidebarDrawerProps {
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

/** The conversations on a phone, over the page from the left. */
export function SidebarDrawer({ isOpen, onOpenChange }: SidebarDrawerProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 min-h-dvh bg-[oklch(0.15_0.01_225_/_0.45)] transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-[min(20rem,86vw)] bg-bed shadow-float outline-hidden transition-transform duration-250 data-ending-style:-translate-x-full data-starting-style:-translate-x-full">
          <Dialog.Title className="sr-only">{text.sidebar.label}</Dialog.Title>
          <Sidebar onClose={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
