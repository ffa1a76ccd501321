import { after, before } from 'node:test'
import { type Brain, type Emulator, replayBrain, startEmulator } from '@streambed/emulator'
import { type House, openHouse } from './harness/house.ts'
import { asBytes, readRecording } from './harness/recording.ts'
import { fiveClients } from './scripts/five-clients.ts'

// The contracts with what Bedrock's models send, frame by frame.

let recorded: Brain
const brain: Brain = { name: 'recorded', answer: (question) => recorded.answer(question) }
let emulator: Emulator
let house: House
before(async () => {
  emulator = await startEmulator({ pace: 'instant', brain })
  house = await openHouse({ bedrockUrl: emulator.url })
})
after(async () => {
  await house[Symbol.asyncDispose]()
  await emulator.close()
})

for (const [title, model, strategy] of [
  [
    'Claude: no start of text blocks, an empty first piece of tool input, tags cut anywhere',
    'claude',
    'claude-strategy',
  ],
  ['Claude thinking: words before the tags, data in a fence', 'claude', 'claude-strategy-thinking'],
  ['Nova: tool input in one piece or none at all, data first, metadata before the stop', 'nova', 'nova-strategy'],
] as const) {
  fiveClients(title, {
    house: () => house,
    play(scene) {
      const recording = readRecording(scene === 'strategy' ? strategy : `${model}-${scene}`)
      recorded = replayBrain(...recording.map(asBytes))
    },
  })
}
