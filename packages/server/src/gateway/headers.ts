/**
 * What every answer tells a browser. Scripts, styles and connections come from this server alone; a page of ours cannot be
 * framed; no text becomes markup or code in it; nothing is guessed about types. Nothing here is for search engines. Data is not kept by caches; the web app's own files say otherwise for themselves.
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types character-reference',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'x-robots-tag': 'noindex',
  'cache-control': 'no-store',
}

/** Beside these where people come by https: from then on by nothing else, for a year. */
export const OVER_TLS: Readonly<Record<string, string>> = { 'strict-transport-security': 'max-age=31536000' }

/** In the place of some of these for files that pages of any origin may load: they say nothing of anybody. */
export const FOR_ALL_PAGES: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
}
