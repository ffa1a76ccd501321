import * as z from 'zod'

/** One step of an RFC 6902 patch. `move`, `copy` and `test` are never written here. */
export const PatchStep = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal('replace'), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal('remove'), path: z.string() }),
])
export type PatchStep = z.infer<typeof PatchStep>

export const Patch = z.array(PatchStep)
export type Patch = readonly PatchStep[]
