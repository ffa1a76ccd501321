import type { ConnectionState } from '@streambed/client'
import { useConnection } from '@streambed/client/react'
import { text } from '../text/text.ts'
import { classes } from '../ui/classes.ts'

const COLOURS: Record<ConnectionState['status'], string> = {
  connecting: 'bg-faint animate-breathe',
  connected: 'bg-good',
  reconnecting: 'bg-warning animate-breathe',
  offline: 'bg-warning',
  refused: 'bg-danger',
}

/** The state of the connection as a dot and a word. */
export function ConnectionDot() {
  const { status } = useConnection()
  return (
    <div className="flex items-center gap-2 text-xs text-faint">
      <span aria-hidden="true" className={classes('size-2 rounded-full', COLOURS[status])} />
      <span className="sr-only">{text.connection.label}: </span>
      {text.connection.short[status]}
    </div>
  )
}
