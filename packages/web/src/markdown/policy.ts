/** Where a link in an answer may lead. */
export interface AllowedLink {
  readonly href: string
  /** The host or address, so that a reader can see where it leads whatever the words of the link say. */
  readonly target: string
}

/**
 * What a model writes is not trusted: only whole `http`, `https` and `mailto` addresses without a user name become
 * links; anything
 * else stays words. The address is given back as the browser's own parser understood it, so that both mean the same.
 */
export function allowedLink(href: string | undefined): AllowedLink | null {
  const url = parsed(href)
  if (url?.username !== '' || url.password !== '') return null
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return { href: url.href, target: url.host }
    case 'mailto:':
      return url.pathname === '' ? null : { href: url.href, target: url.pathname }
    default:
      return null
  }
}

/** The host an image would be asked of; null where it names none. Images are never loaded: asking alone would tell. */
export function imageHost(source: string | undefined): string | null {
  const url = parsed(source?.startsWith('//') ? `https:${source}` : source)
  return url && url.host !== '' ? url.host : null
}

function parsed(address: string | undefined): URL | null {
  return address ? URL.parse(address) : null
}
