import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Canaries } from './canaries.ts'
import { type Deed, deedsOf, type Told } from './deeds.ts'
import type { Random } from './random.ts'

/** Somebody signed in on a server that others use too. */
export interface Citizen {
  /** `organisation user`. */
  readonly name: string
  /** Every byte that the server has told them: bodies, heads, frames. */
  readonly heard: readonly Heard[]
  /** Names of their conversations, files and so on, by kind; others try them. */
  readonly things: ReadonlyMap<string, string>
  /** Does something by one of the doors, whatever becomes of it. */
  act(others: readonly Citizen[]): Promise<void>
  /** Reads all that there is of theirs. */
  readAll(): Promise<void>
  /** How many requests were answered, by the first figure of their status. */
  readonly answers: ReadonlyMap<string, number>
}

export interface Heard {
  /** What it came in answer to. */
  readonly at: string
  readonly text: string
}

export interface CitizenOptions {
  readonly org: string
  readonly email: string
  readonly password: string
  readonly url: string
  readonly canaries: Canaries
  readonly random: Random
}

const PATIENCE_MS = 3_000

export function citizen({ org, email, password, url, canaries, random }: CitizenOptions): Citizen {
  const name = `${org} ${email}`
  const heard: Heard[] = []
  const things = new Map<string, string>()
  const answers = new Map<string, number>()
  let proof: Readonly<Record<string, string>> = {}
  const plant = (kind: string) => canaries.plant(name, kind)

  const voice = { ask, talk, plant, things, random }
  const { deeds, readAll } = deedsOf(voice)
  const deck: Deed[] = []
  return { name, heard, things, answers, act, readAll }

  async function act(others: readonly Citizen[]): Promise<void> {
    if (Object.keys(proof).length === 0) await signIn()
    if (deck.length === 0) deck.push(...shuffled(deeds, random))
    await deck.pop()!(others).catch(() => {}) // the network breaks and the server dies
  }

  async function signIn(): Promise<void> {
    const answer = await ask('POST', '/v1/auth/sign-in', { email, password }).catch(() => undefined)
    const cookie = answer?.headers.getSetCookie()[0]?.split(';')[0]
    if (cookie) proof = { cookie }
  }

  /** One request; what is answered is noted. */
  async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Told> {
    const isText = typeof body === 'string'
    const answer = await fetch(url + path, {
      method,
      headers: {
        origin: url,
        ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
        ...proof,
        ...more,
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    let text = ''
    try {
      const decoder = new TextDecoder()
      for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true })
    } finally {
      const head = [...answer.headers].map(([key, value]) => (key === 'set-cookie' ? key : `${key}: ${value}`))
      heard.push({ at: `${method} ${path}`, text: [answer.status, ...head, text].join('\n') })
      const kind = `${Math.floor(answer.status / 100)}xx`
      answers.set(kind, (answers.get(kind) ?? 0) + 1)
    }
    const isJson = answer.headers.get('content-type')?.includes('application/json') ?? false
    if (answer.status === 401) proof = {}
    return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
  }

  /** Opens a socket, says these frames, and hears what comes until `ms` are over or the network breaks. */
  async function talk(path: string, frames: readonly object[], ms: number): Promise<void> {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: { origin: url, ...proof } })
    socket.addEventListener('message', ({ data }) => void heard.push({ at: path, text: String(data) }))
    socket.addEventListener('error', () => {})
    const closed = once(socket, 'close')
    await Promise.race([once(socket, 'open'), closed])
    if (socket.readyState !== WebSocket.OPEN) return
    for (const frame of frames) socket.send(JSON.stringify(frame))
    await Promise.race([pause(ms), closed])
    socket.close()
  }
}

function shuffled<Value>(values: readonly Value[], random: Random): readonly Value[] {
  return values
    .map((value) => ({ value, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value)
}
