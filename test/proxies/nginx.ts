import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** What `startNginx` needs to know. */
export interface NginxOptions {
  /** A folder of its own, with `certificate`'s files in it. */
  readonly folder: string
  /** Where it speaks https, and where it sends those on who come by http. */
  readonly port: number
  readonly plainPort: number
  readonly serverPort: number
  /** What stands in the guide's configuration, and what to put in its place, to see what comes of it. */
  readonly mistakes?: Readonly<Record<string, string>>
}

/** The nginx of this machine; undefined where there is none. */
export const program = [
  process.env['NGINX'],
  ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'nginx')),
  '/usr/sbin/nginx',
].find((path) => path !== undefined && existsSync(path))

const GUIDE = join(import.meta.dirname, '../../docs/guides/behind-a-proxy.md')

/** Runs nginx with the configuration that the guide shows, for as long as its scope lasts. */
export async function startNginx(options: NginxOptions): Promise<AsyncDisposable> {
  const { folder } = options
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(options))
  const child = spawn(program!, ['-p', folder, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = once(child, 'close')
  let said = ''
  for await (const piece of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += piece
    if (said.includes('start worker process ')) break // it listens
  }
  child.stderr.resume()
  if (child.exitCode !== null) throw new Error(`nginx does not run: ${said}`)
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** The guide's blocks on ports and with files of the test's, in what a whole configuration needs around them. */
function configuration({ folder, port, plainPort, serverPort, mistakes = {} }: NginxOptions): string {
  const [, guide] = readFileSync(GUIDE, 'utf8').match(/```nginx\n([\s\S]+?)```/) ?? []
  const places = {
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    'listen 80;': `listen 127.0.0.1:${plainPort};`,
    'server 127.0.0.1:4000;': `server 127.0.0.1:${serverPort};`,
    '/etc/letsencrypt/live/chat.example.com/fullchain.pem': join(folder, 'certificate.pem'),
    '/etc/letsencrypt/live/chat.example.com/privkey.pem': join(folder, 'key.pem'),
    'chat.example.com': 'localhost',
  }
  const text = Object.entries({ ...places, ...mistakes }).reduce(replaced, guide!)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`)
  return `
    daemon off; worker_processes 1; pid nginx.pid; error_log stderr notice;
    events { worker_connections 512; }
    http { access_log off; ${temporary.join(' ')}
    ${text}
    }`
}

/** A change that changes nothing would test nothing. */
function replaced(text: string, [from, to]: readonly [string, string]): string {
  if (!text.includes(from)) throw new Error(`the guide's configuration does not have ${from}`)
  return text.replaceAll(from, to)
}

/** Makes a certificate for localhost, and returns the path of it. */
export async function certificate(folder: string): Promise<string> {
  chmodSync(folder, 0o755) // nginx' workers are another user
  const path = join(folder, 'certificate.pem')
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90']
  const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  await promisify(execFile)('openssl', ['req', ...made, ...named, '-keyout', join(folder, 'key.pem'), '-out', path])
  return path
}

/** A port on which nothing listened a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number } // it listens on TCP
  server.close()
  await once(server, 'close')
  return port
}
