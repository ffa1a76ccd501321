import type { AddressInfo, Server } from 'node:net'
import { answerQuestions } from '../answering.ts'
import { http1StandIn } from './http1.ts'
import { http2StandIn } from './http2.ts'
import { pacer } from './pacer.ts'

/** Where it listens, in each of its two languages. */
export interface StandInUrls {
  readonly http1: string
  readonly http2: string
}

const paced = pacer()
const urls = Promise.all([listen(http1StandIn(paced)), listen(http2StandIn(paced))])

answerQuestions({
  ready: async () => (await urls)[0],
  async urls(): Promise<StandInUrls> {
    const [http1, http2] = await urls
    return { http1, http2 }
  },
  lateness: () => paced.lateness(),
})

function listen(server: Pick<Server, 'listen' | 'address'>): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}
