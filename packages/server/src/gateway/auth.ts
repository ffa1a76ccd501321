import type { IncomingMessage } from 'node:http'
import type { Owner } from '@streambed/protocol'

/** Who asks. On a laptop that is always the one local user: the server listens on loopback alone. */
export type Authenticate = (request: IncomingMessage) => Owner

export const localUser: Authenticate = () => ({ org: 'local', user: 'local' })
