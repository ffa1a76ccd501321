import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { text } from '../text/text.ts'
import { classes } from './classes.ts'

/** What can be told in passing from anywhere: `toasts.add({ title, actionProps })`. */
export const toasts = Toast.createToastManager()

/** How long a toast stays, and so how long its deed can be undone. */
export const TOAST_MS = 7000

/** Where toasts appear. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={toasts} timeout={TOAST_MS} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-4 bottom-[calc(env(safe-area-inset-bottom)+6.5rem)] z-60 mx-auto flex max-w-sm flex-col items-center gap-2 sm:bottom-6">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      swipeDirection={['down', 'right']}
      className={classes(
        'w-full rounded-lg border border-line bg-raised shadow-float transition-[opacity,translate] duration-200',
        'data-starting-style:translate-y-2 data-starting-style:opacity-0 data-ending-style:opacity-0 data-limited:hidden',
      )}
    >
      <Toast.Content className="flex items-center gap-2 py-1.5 ps-3.5 pe-1.5">
        <Toast.Title className="min-w-0 flex-1 truncate text-sm" />
        <Toast.Action className="min-h-8 rounded-md px-2.5 text-sm font-semibold text-accent hover:bg-hover" />
        <Toast.Close
          aria-label={text.app.close}
          className="grid size-8 shrink-0 place-items-center rounded-md text-faint hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
