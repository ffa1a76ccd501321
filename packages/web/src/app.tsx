import { StreambedProvider, useConnection } from '@streambed/client/react'
import { Compass } from 'lucide-react'
import { type ReactNode, Suspense, useRef, useState } from 'react'
import { ChatPage } from './chat/chat-page.tsx'
import { appClient } from './client.ts'
import { navigate, useRoute } from './routes/navigation.ts'
import { routeTo } from './routes/route.ts'
import { Announcer } from './shell/announcer.tsx'
import { latePage } from './shell/late-page.tsx'
import { LonePageComing, PageComing } from './shell/page.tsx'
import { Shell } from './shell/shell.tsx'
import { useIsSomebody } from './sign-in/account.ts'
import { text } from './text/text.ts'
import { Button } from './ui/button.tsx'
import { FailureBoundary } from './ui/failure-boundary.tsx'
import { Toasts } from './ui/toast.tsx'
import { WholePage } from './ui/whole-page.tsx'

// Pages that most visits do without come when they are gone to.
const BuilderPage = latePage(async () => (await import('./builder/builder-page.tsx')).BuilderPage)
const StrategiesPage = latePage(async () => (await import('./builder/strategies/strategies-page.tsx')).StrategiesPage)
const ComparisonPage = latePage(async () => (await import('./builder/strategies/comparison-page.tsx')).ComparisonPage)

const AlarmsPage = latePage(async () => (await import('./alarms/alarms-page.tsx')).AlarmsPage)
const PredictionsPage = latePage(async () => (await import('./predictions/predictions-page.tsx')).PredictionsPage)
const PredictionPage = latePage(async () => (await import('./predictions/prediction-page.tsx')).PredictionPage)
const UsagePage = latePage(async () => (await import('./usage/usage-page.tsx')).UsagePage)
const SettingsPage = latePage(async () => (await import('./settings/settings-page.tsx')).SettingsPage)

const AccountPage = latePage(async () => (await import('./sign-in/account-page.tsx')).AccountPage)
const PeoplePage = latePage(async () => (await import('./sign-in/people-page.tsx')).PeoplePage)
const BudgetsPage = latePage(async () => (await import('./budgets/budgets-page.tsx')).BudgetsPage)
const AuditPage = latePage(async () => (await import('./audit/audit-page.tsx')).AuditPage)
const LimitsPage = latePage(async () => (await import('./limits/limits-page.tsx')).LimitsPage)
const EntryPage = latePage(async () => (await import('./sign-in/entry-page.tsx')).EntryPage, { isAlone: true })

const SharedPage = latePage(async () => (await import('./sharing/shared-page.tsx')).SharedPage, { isAlone: true })

/** The whole app: what is read by link and the ways in, which are for everybody, and all else. */
export function App() {
  const route = useRoute()
  switch (route.name) {
    case 'shared':
      return <LazyPage isAlone page={<SharedPage />} />
    case 'sign-in':
    case 'welcome':
    case 'reset':
      return <LazyPage isAlone page={<EntryPage name={route.name} />} />
    default:
      return <Door />
  }
}

/** Those whom the server knows come in; all others sign in first, at the address that they have come to. */
function Door() {
  const isSomebody = useIsSomebody()
  if (isSomebody === undefined) return <LonePageComing />
  if (!isSomebody) return <LazyPage isAlone page={<EntryPage name="sign-in" />} />
  return (
    <StreambedProvider client={appClient()}>
      <House />
    </StreambedProvider>
  )
}

/** The shell, and in it the page that the address names. */
function House() {
  const connection = useConnection()
  if (connection.status === 'refused' && connection.error.code === 'unauthorized')
    return <LazyPage isAlone page={<EntryPage name="sign-in" />} />
  return (
    <FailureBoundary>
      <Shell>
        <Page />
      </Shell>
      <Toasts of="content" />
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
      return <LazyPage key="strategies" title={text.places.strategies} page={<StrategiesPage />} />
    case 'comparison':
      return (
        <LazyPage
          key="comparison"
          title={text.places.strategies}
          page={<ComparisonPage one={route.one} other={route.other} />}
        />
      )
    case 'alarms':
      return <LazyPage key="alarms" title={text.places.alarms} page={<AlarmsPage />} />
    case 'predictions':
      return <LazyPage key="predictions" title={text.places.predictions} page={<PredictionsPage />} />
    case 'prediction':
      return <LazyPage key={route.id} title={text.places.predictions} page={<PredictionPage id={route.id} />} />
    case 'usage':
      return <LazyPage key="usage" title={text.places.usage} page={<UsagePage />} />
    case 'settings':
      return <LazyPage key="settings" title={text.places.settings} page={<SettingsPage />} />
    case 'account':
      return <LazyPage key="account" title={text.places.account} page={<AccountPage />} />
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
  if (isBuilder)
    return <LazyPage key={key} title={text.places.builder} page={<BuilderPage id={id} onStarted={started} />} />
  return (
    <FailureBoundary key={key}>
      <ChatPage id={id} onStarted={started} />
    </FailureBoundary>
  )
}

interface LazyPageProps {
  readonly page: ReactNode
  /** What stands above it while it is on its way. */
  readonly title?: string
  /** There is no shell around it. */
  readonly isAlone?: boolean
}

/** A page whose code may still be on its way. */
function LazyPage({ page, title = text.places.loading, isAlone = false }: LazyPageProps) {
  return (
    <FailureBoundary>
      <Suspense fallback={isAlone ? <LonePageComing /> : <PageComing title={title} />}>{page}</Suspense>
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
