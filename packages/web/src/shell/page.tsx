import { CloudAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { PageHeader } from './page-header.tsx'
import { useTitle } from './use-title.ts'

interface PageProps {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page that is no conversation: its title, what can be done, and a column that scrolls. */
export function Page({ title, actions, children }: PageProps) {
  useTitle(title)
  return (
    <div className="flex h-full flex-col">
      <PageHeader actions={actions}>
        <h1 className="truncate text-sm font-semibold">{title}</h1>
      </PageHeader>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={title}
        className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
      >
        <div className="mx-auto min-h-full max-w-4xl space-y-5 px-4 pt-2 pb-[max(4rem,env(safe-area-inset-bottom))] sm:px-6">
          <ConnectionNotice />
          {children}
        </div>
      </section>
    </div>
  )
}

/** Stands for what is being read. */
export function PageLoading() {
  return (
    <div role="status" className="animate-breathe space-y-3 pt-2">
      <span className="sr-only">{text.places.loading}</span>
      {['h-20', 'h-20', 'h-20'].map((height, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={nth} className={`rounded-xl bg-hover ${height}`} />
      ))}
    </div>
  )
}

/** Stands for a page whose code is on its way. */
export function PageComing({ title }: { readonly title: string }) {
  return (
    <div aria-busy="true" className="flex h-full flex-col">
      <PageHeader>
        <h1 className="truncate text-sm font-semibold">{title}</h1>
      </PageHeader>
      <div className="mx-auto w-full max-w-4xl px-4 sm:px-6">
        <PageLoading />
      </div>
    </div>
  )
}

/** The same where there is no shell around it. */
export function LonePageComing() {
  return (
    <main aria-busy="true" className="grid h-dvh animate-breathe place-items-center">
      <h1 className="text-sm text-soft">{text.places.loading}</h1>
    </main>
  )
}

interface PageFailedProps {
  readonly title: string
  readonly problem: string | null
  readonly onRetry: () => void
}

/** What could not be read, and the way to try again. */
export function PageFailed({ title, problem, onRetry }: PageFailedProps) {
  return (
    <WholePage icon={CloudAlert} title={title} action={<Button onClick={onRetry}>{text.failure.retry}</Button>}>
      {problem}
    </WholePage>
  )
}
