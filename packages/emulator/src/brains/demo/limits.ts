import type { InferenceConfig } from '../../wire.ts'
import type { Piece } from '../brain.ts'

/** Ends an answer where the request says: after `maxTokens`, or before one of the stop sequences appears in its text. */
export function* within(pieces: Iterable<Piece>, { maxTokens, stopSequences = [] }: InferenceConfig): Generator<Piece> {
  const limit = (maxTokens ?? Infinity) * 4 // characters: the same count as the usage reports
  const longest = Math.max(0, ...stopSequences.map(({ length }) => length))
  let written = 0
  let held = ''

  for (const piece of pieces) {
    const length = lengthOf(piece)
    if (written + length > limit) {
      if (held) yield { type: 'text', text: held }
      yield* shortened(piece, limit - written)
      yield { type: 'stop', reason: 'max_tokens' }
      return
    }
    written += length
    if (piece.type !== 'text' || longest === 0) {
      if (held) yield { type: 'text', text: held }
      held = ''
      yield piece
      continue
    }
    held += piece.text
    const found = firstOf(held, stopSequences)
    if (found) {
      if (found.at > 0) yield { type: 'text', text: held.slice(0, found.at) }
      yield { type: 'stop', reason: 'stop_sequence', sequence: found.sequence }
      return
    }
    const safe = held.length - (longest - 1) // what is left could still begin a stop sequence
    if (safe > 0) yield { type: 'text', text: held.slice(0, safe) }
    held = held.slice(Math.max(safe, 0))
  }
  if (held) yield { type: 'text', text: held }
}

function lengthOf(piece: Piece): number {
  if (piece.type === 'text' || piece.type === 'reasoning') return piece.text.length
  return piece.type === 'tool-input' ? piece.json.length : piece.type === 'tool' ? piece.name.length : 0
}

function* shortened(piece: Piece, length: number): Generator<Piece> {
  if (length <= 0) return
  if (piece.type === 'text' || piece.type === 'reasoning') yield { ...piece, text: piece.text.slice(0, length) }
  if (piece.type === 'tool-input') yield { ...piece, json: piece.json.slice(0, length) }
}

function firstOf(text: string, sequences: readonly string[]): { at: number; sequence: string } | undefined {
  return sequences
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]
}
