// A server whose leases last for moments.
import { readConfig } from '../../../packages/server/src/config.ts'
import { serve } from '../../../packages/server/src/serve.ts'

const config = readConfig({ env: process.env, argv: [], cwd: process.cwd() })
const { url } = await serve(config, { leaseMs: 300 })
console.error(`Streambed is at ${url}, and forgets soon.`)
