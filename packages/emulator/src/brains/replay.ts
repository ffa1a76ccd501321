import { readFileSync } from 'node:fs'
import { splitFrames } from '../frames.ts'
import type { Brain } from './brain.ts'

/**
 * Sends recorded event-stream bytes, frame by frame: the same recording for every request, or several in turn. `source` is
 * a file of raw bytes as they came over the wire, or the bytes. Converse and InvokeModel cannot be answered so: their
 * answers are no streams.
 */
export function replayBrain(...sources: readonly (string | URL | Buffer)[]): Brain {
  if (sources.length === 0) throw new TypeError('A replay needs at least one recording.')
  const recordings = sources.map((source) => {
    const bytes = Buffer.isBuffer(source) ? source : readFileSync(source)
    return [...splitFrames(bytes)].map((frame) => ({ type: 'frame', bytes: frame }) as const)
  })
  let next = 0
  return { name: 'replay', answer: () => ({ pieces: recordings[next++ % recordings.length]! }) }
}
