/**
 * Whom a client takes itself for. A browser's cookie belongs to all its windows: where another one has signed in as somebody else, or
 * gone on in another organisation, this one is refused (P79) in place of showing or sending what belongs to the other.
 */
export interface Self {
  readonly organisation: string
  readonly user: string
}

/** How a request's header, or a socket's address, says it. */
export function selfText({ organisation, user }: Self): string {
  return encodeURIComponent(JSON.stringify([organisation, user]))
}

export function selfHeaders(self: Self | undefined): Readonly<Record<string, string>> {
  return self ? { 'x-streambed-as': selfText(self) } : {}
}
