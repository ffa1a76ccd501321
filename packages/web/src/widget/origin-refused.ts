import type { Client } from '@streambed/client'

/**
 * Tells whoever builds a page, on its console, that the server does not let the page in. To the page that looks like a server that
 * is gone, so it is asked for what all pages may have.
 */
export function tellOfRefusedOrigin({ connection }: Client, server: string): void {
  if (new URL(server).origin === location.origin) return
  const unsubscribe = connection.subscribe(() => {
    const { status } = connection.get()
    if (status === 'connecting') return
    unsubscribe()
    if (status === 'reconnecting') void look(server)
  })
}

async function look(server: string): Promise<void> {
  const isThere = await answers(`${server}/widget/streambed-chat.js`)
  if (!isThere || (await answers(`${server}/v1/health`))) return
  console.warn(
    `<streambed-chat>: ${server} does not let pages of ${location.origin} in. Name this origin in its setting CORS_ORIGIN.`,
  )
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
}
