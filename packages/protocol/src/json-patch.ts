import type { Patch, PatchStep } from './patch.ts'

/**
 * A document after a patch. Pure; what did not change is shared with the old value.
 * Throws RangeError for a path that is not there or that names `__proto__`, `constructor` or `prototype`.
 */
export function applyPatch(document: unknown, patch: Patch): unknown {
  return patch.reduce((value, step) => applyStep(value, pathOf(step.path), step), document)
}

/**
 * The patch that makes `after` of `before`, both plain JSON. Lists are compared by place. An object in which a name stands that no
 * patch may reach is replaced as a whole.
 */
export function diff(before: unknown, after: unknown, path = ''): PatchStep[] {
  if (Object.is(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path)
  if (isObject(before) && isObject(after)) return diffObjects(before, after, path)
  return [{ op: 'replace', path, value: after }]
}

function diffLists(before: readonly unknown[], after: readonly unknown[], path: string): PatchStep[] {
  const steps = after.flatMap((value, i) =>
    i < before.length ? diff(before[i], value, `${path}/${i}`) : [{ op: 'add' as const, path: `${path}/-`, value }],
  )
  for (let i = before.length - 1; i >= after.length; i--) steps.push({ op: 'remove', path: `${path}/${i}` })
  return steps
}

function diffObjects(before: JsonObject, after: JsonObject, path: string): PatchStep[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  const steps = [
    ...removed.map((key): PatchStep => ({ op: 'remove', path: `${path}/${escapeKey(key)}` })),
    ...Object.entries(after).flatMap(([key, value]) => {
      const at = `${path}/${escapeKey(key)}`
      return Object.hasOwn(before, key) ? diff(before[key], value, at) : [{ op: 'add' as const, path: at, value }]
    }),
  ]
  const canBeReached = [...removed, ...Object.keys(after)].every(mayBePatched)
  return canBeReached || steps.length === 0 ? steps : [{ op: 'replace', path, value: after }]
}

/** Whether a patch may name this key. Elsewhere these three reach for prototypes, so they stand in values only. */
export function mayBePatched(key: string | number): boolean {
  return key !== '__proto__' && key !== 'constructor' && key !== 'prototype'
}

type JsonObject = Readonly<Record<string, unknown>>

function applyStep(value: unknown, [key, ...rest]: readonly string[], step: PatchStep): unknown {
  if (key === undefined) return step.op === 'remove' ? null : step.value
  if (Array.isArray(value)) return applyToList(value, key, rest, step)
  if (isObject(value)) return applyToObject(value, key, rest, step)
  throw new RangeError(`${step.path} is not in the document`)
}

function applyToList(list: readonly unknown[], key: string, rest: readonly string[], step: PatchStep): unknown {
  const isLast = rest.length === 0
  const end = isLast && step.op === 'add' ? list.length : list.length - 1
  const index = key === '-' ? list.length : /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : -1
  if (index < 0 || index > end) throw new RangeError(`${step.path} is not in the document`)
  if (!isLast) return list.with(index, applyStep(list[index], rest, step))
  if (step.op === 'add') return list.toSpliced(index, 0, step.value)
  return step.op === 'remove' ? list.toSpliced(index, 1) : list.with(index, step.value)
}

function applyToObject(object: JsonObject, key: string, rest: readonly string[], step: PatchStep): unknown {
  const isThere = Object.hasOwn(object, key)
  if (rest.length > 0) {
    if (!isThere) throw new RangeError(`${step.path} is not in the document`)
    return { ...object, [key]: applyStep(object[key], rest, step) }
  }
  if (step.op === 'add') return { ...object, [key]: step.value }
  if (!isThere) throw new RangeError(`${step.path} is not in the document`)
  if (step.op === 'replace') return { ...object, [key]: step.value }
  const { [key]: _, ...others } = object
  return others
}

function pathOf(path: string): readonly string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new RangeError(`${path} is no JSON pointer`)
  const keys = path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (!keys.every(mayBePatched)) throw new RangeError(`${path} may not be patched`)
  return keys
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
