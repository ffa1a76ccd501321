import type { IncomingHttpHeaders } from 'node:http'

/** What stands before the server, as far as it can be told. */
export type ProxyKind = 'nginx' | 'ALB' | 'Cloudflare' | 'unknown'

/** What a proxy may have to be told. */
export type Change = keyof typeof SETTINGS

export function proxyOf({ hostname }: URL, headers: IncomingHttpHeaders): ProxyKind {
  const server = String(headers.server ?? '')
  if (/cloudflare/i.test(server) || 'cf-ray' in headers) return 'Cloudflare'
  if (/nginx|openresty/i.test(server)) return 'nginx'
  if (/^awselb/i.test(server) || hostname.endsWith('.elb.amazonaws.com')) return 'ALB'
  return 'unknown'
}

/** Which setting of this proxy makes the change; of an unknown one, how the usual ones call it. */
export function setting(change: Change, proxy: ProxyKind): string {
  const settings: Partial<Record<ProxyKind, string>> = SETTINGS[change]
  const named = settings[proxy]
  if (named) return `${proxy}: ${named}.`
  return `${Object.entries(settings)
    .map(([name, text]) => `${name}: ${text}`)
    .join('. ')}.`
}

/** docs/guides/behind-a-proxy.md tells them all. */
const SETTINGS = {
  reach: {
    nginx: 'proxy_pass http://127.0.0.1:4000',
    ALB: 'the port of the target group, and /v1/health as its health check',
    Cloudflare: 'the address of the DNS record or the service of the tunnel',
  },
  buffering: {
    nginx: 'proxy_buffering off, and no proxy_ignore_headers X-Accel-Buffering',
    ALB: 'buffers nothing, so look at what stands beside it',
    Cloudflare: 'no Workers, Rocket Loader or other rules that rewrite what /v1 and /api answer',
  },
  compression: {
    nginx: 'gzip_types without text/event-stream',
    Cloudflare: 'a compression rule that leaves text/event-stream out',
  },
  upgrade: {
    nginx: 'proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade and proxy_set_header Connection "upgrade"',
    ALB: 'HTTP1 as the protocol version of the target group',
    Cloudflare: 'Network, WebSockets: on',
  },
  idle: {
    nginx: 'proxy_read_timeout 75s',
    ALB: 'idle_timeout.timeout_seconds of 75',
    Cloudflare: 'its proxy read timeout must not be shorter than its usual 100 s',
  },
  upload: { nginx: 'client_max_body_size 5m', Cloudflare: 'no rule that limits bodies to less' },
  host: {
    nginx: 'proxy_set_header Host $http_host',
    ALB: 'routing.http.preserve_host_header.enabled = true',
    Cloudflare: 'no rule that overrides the Host header',
  },
  addresses: {
    nginx: 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for',
    ALB: 'routing.http.xff_header_processing.mode = append',
    Cloudflare: 'no transform rule that removes X-Forwarded-For',
  },
  ids: {
    nginx: 'no proxy_hide_header X-Request-Id, and proxy_set_header X-Request-Id $http_x_request_id if any',
    Cloudflare: 'no transform rule that changes x-request-id',
  },
  safety: {
    nginx: 'add_header Strict-Transport-Security "max-age=31536000" always',
    Cloudflare: 'SSL/TLS, Edge Certificates, HSTS: on',
  },
} as const satisfies Record<string, Partial<Record<ProxyKind, string>>>
