import type { Command } from './command.ts'

export const emulator: Command = {
  async run() {
    process.argv.splice(2, 1) // what follows the word `emulator` are flags of its own command line
    await import(new URL('../bin/streambed-emulator.js', import.meta.resolve('@streambed/emulator')).href)
    return undefined
  },
}
