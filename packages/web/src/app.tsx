import { Compass } from 'lucide-react'
import { useRef, useState } from 'react'
import { ChatPage } from './chat/chat-page.tsx'
import { navigate, useRoute } from './routes/navigation.ts'
import { Announcer } from './shell/announcer.tsx'
import { Shell } from './shell/shell.tsx'
import { text } from './text/text.ts'
import { Button } from './ui/button.tsx'
import { FailureBoundary } from './ui/failure-boundary.tsx'
import { Toasts } from './ui/toast.tsx'
import { WholePage } from './ui/whole-page.tsx'

/** The whole app: the shell, and in it the page that the address names. */
export function App() {
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
  if (route.name === 'unknown') return <UnknownPage />

  // A conversation that began on the start page goes on being drawn by the same component once it has its own address.
  const id = route.name === 'conversation' ? route.id : null
  const key = id === null ? `new-${fresh}` : (startedAs.current.get(id) ?? id)
  const started = (id: string) => {
    if (startedAs.current.has(id)) return
    startedAs.current.set(id, key)
    setFresh((fresh) => fresh + 1)
    navigate({ name: 'conversation', id }, { replace: true })
  }
  return (
    <FailureBoundary key={key}>
      <ChatPage id={id} onStarted={started} />
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
