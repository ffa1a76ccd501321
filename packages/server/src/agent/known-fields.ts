/**
 * Refuses a definition with a field that nothing reads: TypeScript would have said so, but Node runs an agent's file without it.
 *
 * @throws TypeError that names the field, and those that there are.
 */
export function checkFields(what: string, definition: object, known: readonly string[]): void {
  const unknown = Object.keys(definition).find((field) => !known.includes(field))
  if (unknown !== undefined) throw new TypeError(`${what} has no field "${unknown}"; there are ${known.join(', ')}`)
}
