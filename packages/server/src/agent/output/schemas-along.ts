import type * as z from 'zod'

/**
 * The schemas of all that stands on the way to a path within what `schema` describes: itself first, that of the place last. Undefined
 * where it allows nothing there.
 */
export function schemasAlong(
  schema: z.core.$ZodType,
  path: readonly (string | number)[],
): readonly z.core.$ZodType[] | undefined {
  const [key, ...rest] = path
  if (key === undefined) return [schema]
  for (const inner of within(schema, key)) {
    const found = schemasAlong(inner, rest)
    if (found) return [schema, ...found]
  }
  return undefined
}

function within(schema: z.core.$ZodType, key: string | number): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod // every schema that zod makes is one of these
  switch (def.type) {
    case 'object': {
      const field = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined
      return field ? [field] : []
    }
    case 'array':
      return typeof key === 'number' ? [def.element] : []
    case 'record':
      return [def.valueType]
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
    case 'nonoptional':
      return within(def.innerType, key)
    case 'union':
      return def.options.flatMap((option) => within(option, key))
    case 'pipe':
      return within(def.in, key)
    case 'lazy':
      return within(def.getter(), key)
    default:
      return []
  }
}
