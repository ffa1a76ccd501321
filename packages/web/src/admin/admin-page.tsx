import type { Failure } from '@streambed/client'
import { ShieldX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from '../routes/link.tsx'
import { navigate, useRoute } from '../routes/navigation.ts'
import { Page, PageFailed, PageLoading } from '../shell/page.tsx'
import { useWho } from '../sign-in/account.ts'
import { adminText } from '../text/admin.ts'
import { inWords } from '../text/problems.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { WholePage } from '../ui/whole-page.tsx'
import { ADMIN_PLACES } from './admin-places.ts'

interface AdminPageProps {
  readonly title: string
  readonly actions?: ReactNode
  /** What it needs from the server: nothing of the page is drawn before that is there. */
  readonly needs: {
    readonly isThere: boolean
    readonly problem: Failure | null
    readonly reload: () => void
  }
  /** What is said where that could not be read. */
  readonly failed: string
  readonly children: ReactNode
}

/** A page for those who look after an organisation, with the way to the others. */
export function AdminPage({ title, actions, needs, failed, children }: AdminPageProps) {
  const { isThere, problem, reload } = needs
  if (problem?.code === 'forbidden') return <ForbiddenPage title={title} />
  return (
    <Page title={title} actions={isThere && actions}>
      <AdminTabs />
      {isThere ? children : <Waiting problem={problem} failed={failed} onRetry={reload} />}
    </Page>
  )
}

interface WaitingProps {
  readonly problem: Failure | null
  readonly failed: string
  readonly onRetry: () => void
}

function Waiting({ problem, failed, onRetry }: WaitingProps) {
  if (!problem) return <PageLoading />
  return (
    <div className="h-96">
      <PageFailed title={failed} problem={inWords(problem)} onRetry={onRetry} />
    </div>
  )
}

/** What members see in its place. */
function ForbiddenPage({ title }: { readonly title: string }) {
  const words = adminText.forbidden
  const action = (
    <Button look="primary" onClick={() => navigate({ name: 'usage' })}>
      {words.action}
    </Button>
  )
  return (
    <Page title={title}>
      <div className="h-96">
        <WholePage icon={ShieldX} title={words.title} action={action}>
          {words.text}
        </WholePage>
      </div>
    </Page>
  )
}

function AdminTabs() {
  const route = useRoute()
  const who = useWho()
  const places = ADMIN_PLACES.filter(({ isFor }) => who && isFor!(who)) // each of them is for somebody
  return (
    <nav aria-label={adminText.pages} className="flex min-h-8 pointer-coarse:min-h-11">
      <ul className="flex w-fit max-w-full gap-0.5 overflow-x-auto rounded-lg bg-sunken p-0.5">
        {places.map(({ to, label, isShown }) => (
          <li key={label}>
            <Link
              to={to}
              aria-current={isShown(route) ? 'page' : undefined}
              className={classes(
                'flex min-h-7 items-center rounded-md px-3 text-sm whitespace-nowrap outline-offset-[-2px] transition-colors pointer-coarse:min-h-10',
                isShown(route) ? 'bg-raised font-medium text-ink shadow-low' : 'text-soft hover:text-ink',
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
