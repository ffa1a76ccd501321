import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Agent } from './agent/agent.ts'
import { ConfigError } from './config.ts'

/**
 * The agents of a folder: the default export of every `.ts`, `.js` or `.mjs` file in it, and of `index.ts` or `index.js` in every
 * folder, in the order of their file names. Names that begin with a dot or underscore, and tests, are passed over.
 *
 * @throws ConfigError when the folder cannot be read or has no agent, when a file cannot be run or exports no agent, or when two agents
 *   have one name; the message names the file.
 */
export async function loadAgents(folder: string): Promise<readonly Agent[]> {
  const agents = new Map<string, { readonly agent: Agent; readonly file: string }>()
  for (const file of await agentFiles(folder)) {
    const agent = await loadAgent(file)
    const twin = agents.get(agent.name)
    if (twin)
      throw new ConfigError(`${file} and ${twin.file} both define an agent named ${agent.name}. Rename one of them.`)
    agents.set(agent.name, { agent, file })
  }
  if (agents.size === 0) throw new ConfigError(`There is no agent in ${folder}. Add a file such as assistant.ts.`)
  return Array.from(agents.values(), ({ agent }) => agent)
}

const INDEX = ['index.ts', 'index.js', 'index.mjs']

async function agentFiles(folder: string): Promise<string[]> {
  const files: string[] = []
  for (const entry of (await entries(folder)).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (/^[._]|\.test\.|^node_modules$|\.d\.ts$/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) {
      if (/\.(ts|js|mjs)$/.test(entry.name)) files.push(path)
      continue
    }
    const inside = await entries(path)
    const index = INDEX.find((name) => inside.some((file) => file.name === name))
    if (!index) throw new ConfigError(`${path} has no index.ts that defines its agent.`)
    files.push(join(path, index))
  }
  return files
}

async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    throw new ConfigError(`The agents' folder ${folder} cannot be read: ${reason(cause)}`, { cause })
  }
}

async function loadAgent(file: string): Promise<Agent> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(file).href).catch((cause) => {
    throw new ConfigError(`The agent in ${file} cannot be loaded: ${reason(cause)}${placeOf(cause, file)}`, { cause })
  })
  if (isAgent(module.default)) return module.default
  throw new ConfigError(`${file} does not define an agent. It must say \`export default defineAgent({ … })\`.`)
}

/** Where in the agent's folder it went wrong, and what helps where Node's words do not say it. */
function placeOf(cause: unknown, file: string): string {
  const stack = (cause instanceof Error && cause.stack) || ''
  const folder = dirname(file)
  const line = stack.split('\n').find((line) => line.includes(folder) && /:\d+\)?$/.test(line))
  const place = line?.slice(line.indexOf(folder)).replace(/\)$/, '')
  const isCommonJs = /outside a module|Unexpected token 'export'/.test(reason(cause))
  return [
    ...(place === undefined ? [] : [`\n  at ${place}`]),
    ...(isCommonJs
      ? [`\nAgents are modules: put "type": "module" into the package.json of ${folder} or of a folder above.`]
      : []),
  ].join('')
}

function isAgent(value: unknown): value is Agent {
  if (typeof value !== 'object' || value === null) return false
  const { name, instructions, tools, limits } = value as Partial<Agent>
  const isInstructed = typeof instructions === 'string' || typeof instructions === 'function'
  return typeof name === 'string' && isInstructed && Array.isArray(tools) && limits !== undefined
}

function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
