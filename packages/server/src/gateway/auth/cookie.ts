/** The cookie that holds a session's token. */
export interface SessionCookie {
  readonly name: string
  /** Whether it goes over TLS alone: everywhere but on plain loopback. */
  readonly secure: boolean
  readonly maxAgeMs: number
}

export function sessionCookie({ secure, maxAgeMs }: Omit<SessionCookie, 'name'>): SessionCookie {
  return { name: secure ? '__Host-streambed' : 'streambed', secure, maxAgeMs }
}

/** What a browser is told to keep. */
export function setCookie({ name, secure, maxAgeMs }: SessionCookie, token: string): string {
  return attributes(`${name}=${token}; Max-Age=${Math.floor(maxAgeMs / 1_000)}`, secure)
}

export function clearCookie({ name, secure }: Pick<SessionCookie, 'name' | 'secure'>): string {
  return attributes(`${name}=; Max-Age=0`, secure)
}

/** Lax: a link from elsewhere leads to the page signed in; nothing that another site's page does by itself carries it. */
function attributes(cookie: string, secure: boolean): string {
  return `${cookie}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** The value of a cookie; undefined when it is missing or there twice, as somebody may have planted one. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key, ...value] = pair.split('=')
    return key!.trim() === name ? [value.join('=').trim()] : []
  })
  return values.length === 1 && values[0] !== '' ? values[0] : undefined
}
