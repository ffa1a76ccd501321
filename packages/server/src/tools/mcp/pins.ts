import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Definition } from './definition.ts'

const Pin = z.object({
  hash: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
})
/** A tool's definition as it was allowed. */
export type Pin = Readonly<z.infer<typeof Pin>>

const Pins = z.record(z.string(), z.object({ identity: z.string(), tools: z.record(z.string(), Pin) }))

/** Remembers which definitions of tools were allowed, in a file. */
export interface PinBook {
  /** Those of a server; nothing when it was never seen, or was another one: `identity` tells. */
  of(server: string, identity: string): ReadonlyMap<string, Pin> | undefined
  /** Replaces a server's. Durable when it resolves. */
  keep(server: string, identity: string, tools: ReadonlyMap<string, Pin>): Promise<void>
}

export async function openPinBook(path: string): Promise<PinBook> {
  let pins = await read(path)
  let writing = Promise.resolve()

  return {
    of(server, identity) {
      const known = Object.hasOwn(pins, server) ? pins[server] : undefined
      return known?.identity === identity ? new Map(Object.entries(known.tools)) : undefined
    },
    async keep(server, identity, tools) {
      pins = { ...pins, [server]: { identity, tools: Object.fromEntries(tools) } }
      const mine = writing.catch(() => {}).then(() => write(path, pins)) // a failure before was told to whoever wrote
      writing = mine
      await mine
    },
  }
}

export function pinOf({ hash, description, inputSchema }: Definition): Pin {
  return { hash, description, inputSchema: { ...inputSchema } }
}

async function read(path: string): Promise<z.infer<typeof Pins>> {
  try {
    return Pins.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {}
    throw new Error(`${path} cannot be read. Mend or remove it; then every tool counts as seen for the first time.`, {
      cause,
    })
  }
}

/** All of the file or nothing of it. */
async function write(path: string, pins: z.infer<typeof Pins>): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, JSON.stringify(pins, null, 2))
  await rename(`${path}.new`, path)
}
