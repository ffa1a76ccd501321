import type { Brain } from '../brain.ts'
import { inPieces } from '../script.ts'
export function demoBrain(): Brain {
  return {
    name: 'demo',
    answer: () => ({
      pieces: inPieces('Hello! I am the demo model: a set of rules, no AI.').map((text) => ({
        type: 'text' as const,
        text,
      })),
    }),
  }
}
