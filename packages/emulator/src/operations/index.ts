import { converse } from './converse.ts'
import { converseStreamOperation } from './converse-stream.ts'
import type { Operation } from './operation.ts'

/** Every operation the emulator knows. */
export const operations: readonly Operation[] = [converse, converseStreamOperation]
