import { type Client, createClient } from '@streambed/client'
import { network } from './demo/network.ts'
import { beginAnew, whose } from './sign-in/whose.ts'

let made: Client | undefined

/** The app's one client. It connects when it is first asked for: where nobody is signed in, nobody should. */
export function appClient(): Client {
  made ??= make()
  return made
}

function make(): Client {
  const { fetch, WebSocket } = network
  const client = createClient({ fetch, WebSocket, ...(whose && { as: whose }) })
  client.mine.onErased(() => {
    client[Symbol.dispose]()
    beginAnew()
  })
  return client
}
