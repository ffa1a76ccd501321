import { readFileSync } from 'node:fs'
import { eventFrame } from '../../../packages/emulator/src/frames.ts'
import type { Frame } from './raw-socket.ts'

/** What a model has said in a scene: one list of ConverseStream events for each of its answers. */
export type Recording = readonly (readonly Frame[])[]

/** What an answer says, without the habits of whoever said it. */
export interface Said {
  readonly text: string
  readonly tools: readonly { readonly name: string; readonly input: string }[]
}

/** Reads a recording: a line is an event, a blank line the end of an answer. */
export function readRecording(name: string): Recording {
  const text = readFileSync(new URL(`../recordings/${name}.jsonl`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n\n')
    .map((answer) => answer.split('\n').map((line) => JSON.parse(line)))
}

/** An answer as the bytes that came over the wire. */
export function asBytes(answer: readonly Frame[]): Buffer {
  const frames = answer.flatMap(Object.entries)
  return Buffer.concat(frames.map(([type, payload]) => eventFrame(type, JSON.stringify(payload))))
}

export function saidIn(answer: readonly Frame[]): Said {
  let text = ''
  const tools: { name: string; input: string }[] = []
  for (const { contentBlockStart, contentBlockDelta } of answer) {
    if (contentBlockStart?.start.toolUse) tools.push({ name: contentBlockStart.start.toolUse.name, input: '' })
    if (contentBlockDelta?.delta.toolUse) tools.at(-1)!.input += contentBlockDelta.delta.toolUse.input
    text += contentBlockDelta?.delta.text ?? ''
  }
  return { text, tools }
}
