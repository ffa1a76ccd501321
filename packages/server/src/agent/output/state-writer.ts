import {
  applyPatch,
  diff,
  type LiveState,
  mayBePatched,
  type NewEvent,
  type PatchStep,
  type RunId,
} from '@streambed/protocol'
import * as z from 'zod'
import { MAX_STATE_BYTES, type Output } from './output.ts'
import { type PartialJson, type Path, partialJson } from './partial-json.ts'
import { passesSoFar } from './passes-so-far.ts'
import { schemasAlong } from './schemas-along.ts'

export interface StateWriter {
  /** The model begins to write the output, perhaps anew. */
  begin(): void
  push(text: string): void
  /** What has been understood since the last time, as events. */
  changes(): Promise<readonly NewEvent[]>
  /** The output has ended. Its error, in words for the model, when it does not fit; the state is left as it is then. */
  finish(): Promise<{ readonly events: readonly NewEvent[]; readonly error: string | null }>
  /** The events that take back what never fitted: to the last that was whole, or else to the state of before. */
  giveUp(): readonly NewEvent[]
  /** The events that take back all that was written. */
  takeBack(): readonly NewEvent[]
}

/**
 * Makes live state of an output while the model writes it. Every value is checked when it is whole, and the state fits the schema as
 * far as it goes at every step. Objects grow field by field, items of lists come whole. What would not fit beside the rest waits until
 * it does. What the output no longer has goes at the end, when it is sure: until then an earlier state shows through.
 *
 * @param before what the state was before the run, where the run has changed it already
 */
export function stateWriter(output: Output, run: RunId, state: LiveState, before = state.value): StateWriter {
  let { revision, value: shown } = state
  let lastWhole = before === shown || !output.schema.safeParse(shown).success ? before : shown
  /** What is shown next, when it fits, and how it becomes that. */
  let next = shown
  let patch: PatchStep[] = []
  /** The objects and lists in it that do not fit as they are. */
  const unfit = new Set<string>()
  let reader: PartialJson | undefined

  return {
    begin() {
      reader = partialJson(understand)
      become(shown)
    },
    push(text) {
      reader?.push(text)
    },
    async changes() {
      await reader?.settled()
      return unfit.size === 0 ? flush() : []
    },
    async finish() {
      const { value, error } = await finalValue()
      if (error === null) lastWhole = value
      become(error === null ? value : shown)
      return { events: flush(), error }
    },
    giveUp() {
      become(lastWhole)
      return flush()
    },
    takeBack() {
      lastWhole = before
      become(lastWhole)
      return flush()
    },
  }

  async function finalValue(): Promise<{ readonly value?: unknown; readonly error: string | null }> {
    try {
      const parsed = output.schema.safeParse(await reader?.end())
      if (!parsed.success) return { error: z.prettifyError(parsed.error) }
      const json = JSON.stringify(parsed.data)
      if (Buffer.byteLength(json) > MAX_STATE_BYTES)
        return { error: `it is larger than ${MAX_STATE_BYTES / 1024} KiB.` }
      return { value: JSON.parse(json), error: null }
    } catch (error) {
      return { error: `it is not valid JSON: ${error instanceof Error ? error.message : error}.` }
    }
  }

  /** A value is whole. Within an item of a list it waits for the item, under a name that no patch may reach for the end. */
  function understand(path: Path, value: unknown): void {
    if (!path.every(mayBePatched)) return
    const item = path.findIndex((key) => typeof key === 'number')
    if (item >= 0 && item < path.length - 1) return
    if (item < 0 && typeof value === 'object' && value !== null && Object.keys(value).length > 0) return
    const schemas = schemasAlong(output.schema, path)
    if (!schemas) return
    const parsed = z.safeParse(schemas.at(-1)!, value)
    if (!parsed.success) return
    const step = stepTo(next, path, plain(parsed.data))
    if (!step) return
    next = applyPatch(next, [step])
    patch.push(step)
    checkAround(path, schemas)
  }

  /** The objects and lists that a change stands in may fit no more, or at last. */
  function checkAround(path: Path, schemas: readonly z.core.$ZodType[]): void {
    let value = next
    path.forEach((key, depth) => {
      const place = pointer(path.slice(0, depth))
      if (passesSoFar(schemas[depth]!, value)) unfit.delete(place)
      else unfit.add(place)
      value = (value as Record<string | number, unknown>)[key] // the change has just been made there
    })
  }

  function become(value: unknown): void {
    next = value
    patch = diff(shown, value)
    unfit.clear()
  }

  function flush(): readonly NewEvent[] {
    if (patch.length === 0) return []
    const event: NewEvent = { type: 'state', run, revision: ++revision, patch, unit: run, by: 'agent' }
    shown = next
    patch = []
    return [event]
  }
}

/** The step that puts a value at a path, with the containers that are missing on the way; nothing where it stands already. */
function stepTo(document: unknown, path: Path, value: unknown): PatchStep | undefined {
  let at = document
  for (const [depth, key] of path.entries()) {
    if (!isContainerOf(at, key))
      return { op: 'replace', path: pointer(path.slice(0, depth)), value: wrap(path.slice(depth), value) }
    const next: unknown = Array.isArray(at) ? at[key as number] : Object.hasOwn(at, key) ? at[key as string] : undefined
    if (next === undefined) {
      const place = Array.isArray(at) ? '-' : key
      return { op: 'add', path: pointer([...path.slice(0, depth), place]), value: wrap(path.slice(depth + 1), value) }
    }
    at = next
  }
  return diff(at, value).length === 0 ? undefined : { op: 'replace', path: pointer(path), value }
}

function isContainerOf(value: unknown, key: string | number): value is Record<string, unknown> | unknown[] {
  return typeof key === 'number'
    ? Array.isArray(value)
    : typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrap(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }), value)
}

function pointer(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** As it will be read back from the log: without `undefined` and all that is not JSON. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
