import { StreambedError } from '@streambed/protocol'
import type { WebSocket } from 'ws'

/** Frames that wait here: those that had arrived when their socket was no longer read. More come only of tiny ones, sent blindly. */
const MAX_WAITING = 1_024

export interface IntakeOptions {
  /** Nothing when the next frame can be taken, else resolves when it can. Rejects when it never will. */
  ready(): Promise<void> | undefined
  /** Called when `ready` rejects, or too many frames came while it waited. What waited then is forgotten. */
  failed(error: unknown): void
}

/**
 * Takes what a peer sends no faster than it reads what it is answered: while there is no room for answers its socket is not read, so
 * that its frames wait with it. Returns what takes one frame, in their order.
 */
export function intake(socket: WebSocket, { ready, failed }: IntakeOptions): (take: () => void) => void {
  const waiting: (() => void)[] = []

  return (take) => {
    if (waiting.length >= MAX_WAITING) return giveUp(new StreambedError('too-slow'))
    if (waiting.push(take) === 1) void takeAll()
  }

  async function takeAll(): Promise<void> {
    try {
      for (let [take] = waiting; take; [take] = waiting) {
        const room = ready()
        if (room) await standStill(room)
        take()
        waiting.shift()
      }
    } catch (error) {
      giveUp(error)
    }
  }

  async function standStill(room: Promise<void>): Promise<void> {
    socket.pause()
    try {
      await room
    } finally {
      socket.resume()
    }
  }

  function giveUp(error: unknown): void {
    waiting.length = 0
    failed(error)
  }
}
