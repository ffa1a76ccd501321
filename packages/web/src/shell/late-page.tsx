import { useConnection } from '@streambed/client/react'
import { CloudAlert } from 'lucide-react'
import { type ComponentType, createContext, lazy, useContext, useEffect, useRef, useState } from 'react'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { WholePage } from '../ui/whole-page.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { PageHeader } from './page-header.tsx'

const words = text.failure.notLoaded

/**
 * A page whose code comes when it is gone to. Should it not come, that is said in its place, and it is asked for again when the connection
 * is back. `isAlone` is one without the shell around it.
 */
export function latePage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { isAlone = false } = {},
): ComponentType<Props> {
  const ask = () => lazy<ComponentType<Props>>(() => load().then(found, () => found(NotLoaded)))
  let asked = ask()
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each page, as `lazy` is
  return function LatePage(props: Props) {
    const [Page, show] = useState(() => asked)
    const [place] = useState(() => ({
      isAlone,
      askAgain(isShown: boolean) {
        asked = ask()
        if (isShown) show(() => asked)
      },
    }))
    return (
      <PlaceContext value={place}>
        <Page {...props} />
      </PlaceContext>
    )
  }
}

function found<Component>(component: Component): { readonly default: Component } {
  return { default: component }
}

/** Where a page stands that may not have come. */
interface Place {
  readonly isAlone: boolean
  readonly askAgain: (isShown: boolean) => void
}

const PlaceContext = createContext<Place>({ isAlone: false, askAgain() {} })

function NotLoaded() {
  return useContext(PlaceContext).isAlone ? <LoneNotLoaded /> : <NotLoadedInShell />
}

/** Before signing in there is no connection whose return could be waited for. */
function LoneNotLoaded() {
  const { askAgain } = useContext(PlaceContext)
  useEffect(() => {
    const again = () => askAgain(true)
    addEventListener('online', again)
    return () => {
      removeEventListener('online', again)
      askAgain(false)
    }
  }, [askAgain])
  return (
    <main className="h-dvh">
      <WholePage icon={CloudAlert} title={words.title} action={<Reload />}>
        {words.connected}
      </WholePage>
    </main>
  )
}

function NotLoadedInShell() {
  const { askAgain } = useContext(PlaceContext)
  const isConnected = useConnection().status === 'connected'
  const wasConnected = useRef(isConnected)
  useEffect(() => {
    if (isConnected && !wasConnected.current) askAgain(true)
    wasConnected.current = isConnected
  }, [isConnected, askAgain])
  useEffect(() => () => askAgain(false), [askAgain]) // whoever comes back asks for it again

  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <div className="mx-auto w-full max-w-4xl px-4 pt-2 sm:px-6">
        <ConnectionNotice />
      </div>
      <div className="min-h-0 flex-1">
        <WholePage icon={CloudAlert} title={words.title} action={isConnected && <Reload />}>
          {isConnected ? words.connected : words.unconnected}
        </WholePage>
      </div>
    </div>
  )
}

function Reload() {
  return (
    <Button look="primary" onClick={() => location.reload()}>
      {text.failure.reload}
    </Button>
  )
}
