import { randomBytes } from 'node:crypto'
import type { Piece } from '../brains/brain.ts'

/** Content blocks as both Converse and Anthropic's API count them: each has an index, opens, grows and closes. */
export type BlockStep =
  | { readonly type: 'block-start'; readonly index: number; readonly kind: BlockKind; readonly tool?: Tool }
  | { readonly type: 'block-delta'; readonly index: number; readonly piece: Piece }
  | { readonly type: 'block-end'; readonly index: number; readonly kind: BlockKind }

export type BlockKind = 'text' | 'reasoning' | 'redacted' | 'tool'
export interface Tool {
  readonly id: string
  readonly name: string
}

/** Finds the blocks in a brain's pieces. `take` returns the steps that a piece makes; `end` those of the last block. */
export function blockSteps(): { take(piece: Piece): readonly BlockStep[]; end(): readonly BlockStep[] } {
  let index = -1
  let open: BlockKind | undefined

  return { take, end }

  function take(piece: Piece): readonly BlockStep[] {
    if (piece.type === 'tool') {
      const tool = { id: piece.id ?? toolUseId(), name: piece.name }
      return [...end(), { type: 'block-start', index: start('tool'), kind: 'tool', tool }]
    }
    if (piece.type === 'block-end') return end()
    const kind = kindOf(piece)
    if (kind === undefined) return []
    const delta: BlockStep = { type: 'block-delta', index, piece }
    if (open === kind && kind !== 'redacted') return [delta]
    const before = end()
    return [...before, { type: 'block-start', index: start(kind), kind }, { ...delta, index }]
  }

  function end(): readonly BlockStep[] {
    if (open === undefined) return []
    const kind = open
    open = undefined
    return [{ type: 'block-end', index, kind }]
  }

  function start(kind: BlockKind): number {
    open = kind
    return ++index
  }
}

export function toolUseId(): string {
  return `tooluse_${randomBytes(16).toString('base64url')}`
}

function kindOf(piece: Piece): BlockKind | undefined {
  switch (piece.type) {
    case 'text':
    case 'citation':
      return 'text'
    case 'reasoning':
    case 'reasoning-signature':
      return 'reasoning'
    case 'reasoning-redacted':
      return 'redacted'
    case 'tool-input':
      return 'tool'
    default:
      return undefined
  }
}
