/**
 * Sees to it that a zone is one that clocks know.
 *
 * @throws Error that names the zones that may be meant.
 */
export function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw new Error(unknownZone(zone)) // Intl says only "Invalid time zone"
  }
}

function unknownZone(zone: string): string {
  const wanted = letters(zone)
  const near = Intl.supportedValuesOf('timeZone').filter((known) => {
    const city = letters(known.split('/').at(-1)!)
    return wanted !== '' && (city === wanted || wanted.includes(city) || city.includes(wanted))
  })
  const hint =
    near.length > 0 ? `Did you mean ${near.slice(0, 3).join(' or ')}?` : 'Use one such as Europe/Oslo or UTC.'
  return `${JSON.stringify(zone)} is not an IANA time zone. ${hint}`
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '')
}
