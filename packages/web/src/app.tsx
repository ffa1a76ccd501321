import { useConnection } from '@streambed/client/react'
import { Compass } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import { ChatPage } from './chat/chat-page.tsx'
import { navigate, useRoute } from './routes/navigation.ts'
import { routeTo } from './routes/route.ts'
import { Announcer } from './shell/announcer.tsx'
import { Shell } from './shell/shell.tsx'
import { text } from './text/text.ts'
import { Button } from './ui/button.tsx'
import { FailureBoundary } from './ui/failure-boundary.tsx'
import { Toasts } from './ui/toast.tsx'
import { WholePage } from './ui/whole-page.tsx'

// Pages that most visits do without come when they are gone to.
const BuilderPage = lazy(async () => ({ default: (await import('./builder/builder-page.tsx')).BuilderPage }))
const StrategiesPage = lazy(async () => ({
  default: (await import('./builder/strategies/strategies-page.tsx')).StrategiesPage,
}))
const ComparisonPage = lazy(async () => ({
  default: (await import('./builder/strategies/comparison-page.tsx')).ComparisonPage,
}))

const AlarmsPage = lazy(async () => ({ default: (await import('./alarms/alarms-page.tsx')).AlarmsPage }))
const PredictionsPage = lazy(async () => ({
  default: (await import('./predictions/predictions-page.tsx')).PredictionsPage,
}))
const PredictionPage = lazy(async () => ({
  default: (await import('./predictions/prediction-page.tsx')).PredictionPage,
}))
const UsagePage = lazy(async () => ({ default: (await import('./usage/usage-page.tsx')).UsagePage }))
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }))

const AccountPage = lazy(async () => ({ default: (await import('./sign-in/account-page.tsx')).AccountPage }))
const PeoplePage = lazy(async () => ({ default: (await import('./sign-in/people-page.tsx')).PeoplePage }))
const BudgetsPage = lazy(async () => ({ default: (await import('./budgets/budgets-page.tsx')).BudgetsPage }))
const AuditPage = lazy(async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage }))
const LimitsPage = lazy(async () => ({ default: (await import('./limits/limits-page.tsx')).LimitsPage }))
const EntryPage = lazy(async () => ({ default: (await import('./sign-in/entry-page.tsx')).EntryPage }))

const SharedPage = lazy(async () => ({ default: (await import('./sharing/shared-page.tsx')).SharedPage }))

/** The whole app: the shell, and in it the page that the address names. Before it, where that is asked for, signing in. */
export function App() {
  const route = useRoute()
  const { name } = route
  const connection = useConnection()
  const isEntry = name === 'sign-in' || name === 'welcome' || name === 'reset'
  const isUnknown = connection.status === 'refused' && connection.error.code === 'unauthorized'
  if (route.name === 'shared') return <LazyPage page={<SharedPage token={route.token} />} />
  if (isEntry || isUnknown) return <LazyPage page={<EntryPage name={isEntry ? name : 'sign-in'} />} />
  return (
    <FailureBoundary>
      <Shell>
        <Page />
      </Shell>
      <Toasts />
      <Announcer />
    </FailureBoundary>
  )
}

function Page() {
  const route = useRoute()
  const [fresh, setFresh] = useState(0)
  const startedAs = useRef(new Map<string, string>())
  switch (route.name) {
    case 'unknown':
      return <UnknownPage />
    case 'strategies':
      return <LazyPage key="strategies" page={<StrategiesPage />} />
    case 'comparison':
      return <LazyPage key="comparison" page={<ComparisonPage one={route.one} other={route.other} />} />
    case 'alarms':
      return <LazyPage key="alarms" page={<AlarmsPage />} />
    case 'predictions':
      return <LazyPage key="predictions" page={<PredictionsPage />} />
    case 'prediction':
      return <LazyPage key={route.id} page={<PredictionPage id={route.id} />} />
    case 'usage':
      return <LazyPage key="usage" page={<UsagePage />} />
    case 'settings':
      return <LazyPage key="settings" page={<SettingsPage />} />
    case 'account':
      return <LazyPage key="account" page={<AccountPage />} />
    case 'people':
      return <LazyPage key="people" page={<PeoplePage />} />
    case 'budgets':
      return <LazyPage key="budgets" page={<BudgetsPage />} />
    case 'audit':
      return <LazyPage key="audit" page={<AuditPage />} />
    case 'limits':
      return <LazyPage key="limits" page={<LimitsPage />} />
    case 'sign-in':
    case 'welcome':
    case 'reset':
    case 'shared':
      return null // shown in place of the shell
  }

  // A conversation that began on a start page goes on being drawn by the same component once it has its own address.
  const id = route.name === 'start' ? null : route.id
  const isBuilder = route.name === 'builder'
  const key = id === null ? `${isBuilder ? 'builder' : 'new'}-${fresh}` : (startedAs.current.get(id) ?? id)
  const started = (id: string, agent: string) => {
    if (startedAs.current.has(id)) return
    startedAs.current.set(id, key)
    setFresh((fresh) => fresh + 1)
    navigate(routeTo(id, agent), { replace: true })
  }
  if (isBuilder) return <LazyPage key={key} page={<BuilderPage id={id} onStarted={started} />} />
  return (
    <FailureBoundary key={key}>
      <ChatPage id={id} onStarted={started} />
    </FailureBoundary>
  )
}

/** A page whose code may still be on its way. */
function LazyPage({ page }: { readonly page: ReactNode }) {
  const loading = (
    <p role="status" className="grid h-full animate-breathe place-items-center text-sm text-soft">
      {text.places.loading}
    </p>
  )
  return (
    <FailureBoundary>
      <Suspense fallback={loading}>{page}</Suspense>
    </FailureBoundary>
  )
}

function UnknownPage() {
  const { title, text: explanation, action } = text.conversation.unknownPage
  const button = (
    <Button look="primary" onClick={() => navigate({ name: 'start' })}>
      {action}
    </Button>
  )
  return (
    <WholePage icon={Compass} title={title} action={button}>
      {explanation}
    </WholePage>
  )
}
