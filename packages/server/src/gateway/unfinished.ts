import type { Duplex } from 'node:stream'

/**
 * Calls `late` once when a WebSocket message, whole or in fragments, takes longer to arrive than it may: a sender of one
 * byte a second would otherwise hold its memory for hours. Pings between the fragments do not help it. While the
 * socket is not read nothing can arrive, and its time does not run. Listens until the socket is closed.
 */
export function watchUnfinished(raw: Duplex, ms: number, late: () => void): void {
  const read = frameReader()
  let waitedFor: number | undefined
  let timer: NodeJS.Timeout | undefined
  raw.on('data', (chunk: Buffer) => {
    const unfinished = read(chunk)
    if (unfinished === waitedFor) return
    waitedFor = unfinished
    wait()
  })
  raw.on('pause', () => clearTimeout(timer))
  raw.on('resume', wait)
  raw.once('close', () => clearTimeout(timer))

  function wait(): void {
    clearTimeout(timer)
    if (waitedFor !== undefined) timer = setTimeout(late, ms)
  }
}

/**
 * Reads what a client sends, chunk by chunk, and returns the number of the message in whose middle it ends; undefined
 * between messages. Of frames it looks at the heads alone (RFC 6455, 5.2); what is against the protocol is ws' business.
 */
export function frameReader(): (chunk: Uint8Array) => number | undefined {
  /** Counts those that have begun. */
  let message = 0
  let head: number[] = []
  /** Bytes of a frame that are still to come. */
  let missing = 0
  let isFragmented = false

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (missing > 0) {
        const taken = Math.min(missing, chunk.length - at)
        missing -= taken
        at += taken
        continue
      }
      head.push(chunk[at++]!)
      if (head.length < headLength(head)) continue
      missing = payloadLength(head)
      const isControl = (head[0]! & 0x08) !== 0
      if (!isControl) {
        if (!isFragmented) message++
        isFragmented = (head[0]! & 0x80) === 0
      }
      head = []
    }
    return isFragmented || missing > 0 || head.length > 0 ? message : undefined
  }
}

/** Two bytes, a longer length where there is one, and the mask. */
function headLength([, second]: readonly number[]): number {
  if (second === undefined) return 2
  return 2 + (LONGER[second & 0x7f] ?? 0) + ((second & 0x80) === 0 ? 0 : 4)
}

function payloadLength(head: readonly number[]): number {
  const short = head[1]! & 0x7f
  const longer = LONGER[short]
  if (longer === undefined) return short
  return head.slice(2, 2 + longer).reduce((length, byte) => length * 256 + byte, 0)
}

/** How many bytes follow where the short length is one of these. */
const LONGER: Readonly<Record<number, number>> = { 126: 2, 127: 8 }
