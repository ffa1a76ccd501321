import { createClient } from '@streambed/client'
import { StreambedProvider } from '@streambed/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { network } from './demo/network.ts'
import { beginAnew, whose } from './sign-in/whose.ts'
import { text } from './text/text.ts'
import './styles/app.css'

document.documentElement.lang = text.locale

const { fetch, WebSocket } = network
const client = createClient({ fetch, WebSocket, ...(whose && { as: whose }) })
client.mine.onErased(() => {
  client[Symbol.dispose]()
  beginAnew()
})

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <StreambedProvider client={client}>
      <App />
    </StreambedProvider>
  </StrictMode>,
)
