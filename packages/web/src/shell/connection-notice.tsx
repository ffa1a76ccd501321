import { useClient, useConnection } from '@streambed/client/react'
import { CloudOff, RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { secondsUntil } from '../format/time.ts'
import { inWords } from '../text/problems.ts'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useNow } from '../ui/use-now.ts'

/** What is wrong with the connection, in words; nothing while nothing is. */
export function ConnectionNotice() {
  const client = useClient()
  const connection = useConnection()
  const tryNow = <Button onClick={() => client.reconnect()}>{text.connection.tryNow}</Button>
  switch (connection.status) {
    case 'connecting':
    case 'connected':
      return null
    case 'offline':
      return (
        <Notice tone="warning" icon={CloudOff}>
          {text.connection.offline}
        </Notice>
      )
    case 'reconnecting':
      return <Reconnecting nextTryAt={connection.nextTryAt} action={tryNow} />
    case 'refused':
      return (
        <Notice tone="danger" icon={TriangleAlert} actions={tryNow}>
          {text.connection.refused} {inWords(connection.error)}
        </Notice>
      )
  }
}

function Reconnecting({ nextTryAt, action }: { readonly nextTryAt: number; readonly action: ReactNode }) {
  const seconds = secondsUntil(nextTryAt, useNow(true))
  return (
    <Notice tone="info" icon={RotateCw} actions={action}>
      {seconds === null ? text.connection.reconnecting : text.connection.reconnectingIn(seconds)}{' '}
      {text.connection.reconnectingNote}
    </Notice>
  )
}
