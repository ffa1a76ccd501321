/** An instant as a `datetime-local` field has it, by this computer's clock; empty for what is no instant. */
export function toLocalTime(instant: string): string {
  const moment = new Date(instant)
  if (Number.isNaN(moment.getTime())) return ''
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

/** The instant (ISO 8601, UTC) that a `datetime-local` field means; null while it is not whole. */
export function fromLocalTime(local: string): string | null {
  const moment = new Date(local)
  return local === '' || Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}
