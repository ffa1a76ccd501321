import { type ConversationId, createClient } from '@streambed/client'
import { StreambedProvider, useHealth } from '@streambed/client/react'
import { SquarePen, X } from 'lucide-react'
import { type RefObject, useCallback, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { FileAddressContext } from '../chat/file-address.ts'
import { Announcer } from '../shell/announcer.tsx'
import { text } from '../text/text.ts'
import { IconButton } from '../ui/button.tsx'
import { FailureBoundary } from '../ui/failure-boundary.tsx'
import { OverlayHost } from '../ui/overlay-host.tsx'
import { Toasts } from '../ui/toast.tsx'
import { tellOfRefusedOrigin } from './origin-refused.ts'
import { adoptPanelStyles } from './panel-styles.ts'
import { forgetConversation, rememberConversation, rememberedConversation } from './remembered.ts'
import { WidgetChat } from './widget-chat.tsx'

export interface PanelOptions {
  /** Without a slash at the end. */
  readonly server: string
  readonly agent: string | null
  readonly title: string
  readonly token: string | null
  /** Under what name the conversation is remembered. */
  readonly storageKey: string
  readonly onClose: () => void
}

/** A drawn panel. */
export interface Panel {
  /** Goes to where one writes. */
  focus(): void
  dispose(): void
}

/** Draws a conversation into a box of a shadow root. */
export function drawPanel(shadow: ShadowRoot, box: HTMLElement, options: PanelOptions): Panel {
  adoptPanelStyles(shadow)
  const { server: url, token } = options
  const client = createClient({
    url,
    // A browser's WebSocket cannot carry a token, its fetch can.
    ...(token !== null && { headers: { authorization: `Bearer ${token}` }, transports: ['sse', 'long-poll'] }),
  })
  tellOfRefusedOrigin(client, url)
  const field: RefObject<HTMLTextAreaElement | null> = { current: null }
  const root = createRoot(box)
  root.render(
    <StreambedProvider client={client}>
      <FailureBoundary>
        <PanelContent options={options} field={field} />
      </FailureBoundary>
    </StreambedProvider>,
  )
  return {
    focus: () => field.current?.focus({ preventScroll: true }),
    dispose() {
      root.unmount()
      client[Symbol.dispose]()
    },
  }
}

interface PanelContentProps {
  readonly options: PanelOptions
  readonly field: RefObject<HTMLTextAreaElement | null>
}

function PanelContent({ options, field }: PanelContentProps) {
  const { server, agent, title, storageKey, onClose } = options
  const key = `${server} ${agent ?? ''} ${storageKey}`
  const [opened, setOpened] = useState(() => ({ id: rememberedConversation(key), number: 0 }))
  const isDemo = useHealth().value?.model === 'demo'
  const fileAddress = useCallback((file: string) => `${server}/v1/files/${file}`, [server])
  const begin = () => {
    forgetConversation(key)
    setOpened(({ number }) => ({ id: null, number: number + 1 }))
  }
  return (
    <FileAddressContext value={fileAddress}>
      <OverlayHost>
        <div className="flex h-full flex-col">
          <header className="flex shrink-0 items-center gap-1 border-b border-line py-1.5 ps-4 pe-1.5">
            <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{title}</h2>
            <IconButton label={text.sidebar.newChat} icon={SquarePen} onClick={begin} />
            <IconButton label={text.app.close} icon={X} onClick={onClose} />
          </header>
          <WidgetChat
            key={opened.number}
            id={opened.id}
            agent={agent}
            field={field}
            onStarted={(id: ConversationId) => rememberConversation(key, id)}
            onMissing={begin}
          />
          <p className="min-h-3 shrink-0 px-4 py-1.5 text-center text-xs text-warning">{isDemo && text.app.demo}</p>
        </div>
        <Toasts of="panel" />
        <Announcer />
      </OverlayHost>
    </FileAddressContext>
  )
}
