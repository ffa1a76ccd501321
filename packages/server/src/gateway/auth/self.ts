import type { IncomingMessage } from 'node:http'
import { StreambedError } from '@streambed/protocol'
import type { Principal } from '../../accounts/principal.ts'

/**
 * P79: whoever says whom they take themselves for must be that. A browser's cookie is one for all its windows, so a window that was opened
 * as somebody else must not go on with it.
 */
export function checkSelf({ headers, url = '/' }: IncomingMessage, { owner }: Principal): void {
  const said = headers['x-streambed-as'] ?? new URL(url, 'http://server').searchParams.get('as')
  if (said !== null && said !== encodeURIComponent(JSON.stringify([owner.org, owner.user])))
    throw new StreambedError('unauthorized', 'This window is of another account or organisation. Load it again.')
}
