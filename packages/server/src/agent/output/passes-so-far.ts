import type * as z from 'zod'

/**
 * Whether an object or a list that is still growing, and whose parts fit each for itself, passes the schema's checks of the whole as
 * far as they can be made: how many items it has, what must be unique in it, what must go together.
 */
export function passesSoFar(schema: z.core.$ZodType, value: unknown): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod // every schema that zod makes is one of these
  if (!(def.checks ?? []).every((check) => passes(check, value))) return false
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
    case 'nonoptional':
      return passesSoFar(def.innerType, value)
    case 'pipe':
      return passesSoFar(def.in, value)
    case 'lazy':
      return passesSoFar(def.getter(), value)
    default:
      return true
  }
}

function passes({ _zod: { def, check } }: z.core.$ZodCheck<never>, value: unknown): boolean {
  const payload: z.core.ParsePayload<never> = { value: value as never, issues: [] } // it looks at what is there, whatever that is
  try {
    if (def.when?.(payload) === false) return true
    check(payload)
    return payload.issues.length === 0
  } catch {
    return true // it looks for what has yet to come; once that is there it tells
  }
}
