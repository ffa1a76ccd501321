import { StreambedError } from '@streambed/protocol'

/** How deep lists and objects may lie in each other: deeper than anybody writes, far from what a call stack can follow. */
export const MAX_NESTING = 100

/** Throws `bad-request` for JSON that nests deeper. Looks at brackets outside of strings alone: the rest is for a parser. */
export function checkNesting(json: string): void {
  let depth = 0
  let isString = false
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) isString = !isString
    else if (isString) at += code === BACKSLASH ? 1 : 0
    else if (code === LIST || code === OBJECT) depth++
    else if (code === LIST_END || code === OBJECT_END) depth--
    if (depth > MAX_NESTING) throw new StreambedError('bad-request', `It nests more than ${MAX_NESTING} deep.`)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LIST = 0x5b
const LIST_END = 0x5d
const OBJECT = 0x7b
const OBJECT_END = 0x7d
