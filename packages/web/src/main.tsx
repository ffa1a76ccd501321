import { createClient } from '@streambed/client'
import { StreambedProvider } from '@streambed/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { network } from './demo/network.ts'
import { text } from './text/text.ts'
import './styles/app.css'

document.documentElement.lang = text.locale

const client = createClient({ fetch: network.fetch, WebSocket: network.WebSocket })

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <StreambedProvider client={client}>
      <App />
    </StreambedProvider>
  </StrictMode>,
)
