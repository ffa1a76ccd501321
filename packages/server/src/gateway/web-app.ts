import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { StreambedError } from '@streambed/protocol'
import type { FastifyRequest } from 'fastify'
import type { App } from './door.ts'
import { refuse } from './failures.ts'

/** Where a file's name changes with what is in it. */
const HASHED = ['assets', 'widget/assets']
const NOT_BUILT =
  '<!doctype html><title>Streambed</title><p>The web app is not built. Run <code>npm run build</code>.</p>'

/** The web app's files at `/`; its own routes all get its one page. Everything else that is unknown is `not-found`. */
export function webApp(app: App, root: string): void {
  const isBuilt = existsSync(join(root, 'index.html'))
  if (isBuilt) {
    app.register(fastifyStatic, {
      root,
      cacheControl: false,
      setHeaders(reply, path) {
        const isHashed = HASHED.some((folder) => path.startsWith(join(root, folder)))
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && (request.headers.accept?.includes('text/html') ?? false)
    if (!isPage || request.url.startsWith('/v1/'))
      return refuse(reply, new StreambedError('not-found', unknown(request)))
    if (!isBuilt) return reply.type('text/html; charset=utf-8').send(NOT_BUILT)
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false })
  })
}

const LONGEST_PATH = 200

function unknown({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): string {
  const [path = ''] = url.split('?')
  return `${method} ${path.slice(0, LONGEST_PATH)} is no request; GET /v1/openapi.json lists them all.`
}
