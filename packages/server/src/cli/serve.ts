import type { Command } from './command.ts'

export const serve: Command = {
  async run() {
    process.argv.splice(2, 1) // what follows the word `serve` are flags of main.ts
    await import('../main.ts')
    return undefined
  },
}
