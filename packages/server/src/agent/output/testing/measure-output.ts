import { isDeepStrictEqual } from 'node:util'
import { applyPatch, type ConversationId, type NewEvent, type RunId } from '@streambed/protocol'
import * as z from 'zod'
import type { ModelEvent } from '../../../model/model.ts'
import { callsTools, type ScriptedAnswer, type ScriptedStep, says, scriptedModel } from '../../../model/scripted.ts'
import { defineAgent } from '../../agent.ts'
import { answer } from '../../loop.ts'
import { defineTool } from '../../tool.ts'
import { defineOutput } from '../output.ts'

// What 82 KiB of input cost the loop, measured in a process of its own: the test runner's watch over promises costs more. Prints a
// line of JSON for each way that input can come: what it was, the deltas, the CPU in milliseconds, whether all of it arrived.

const KIB_82 = 82 * 1024
/** A model's delta is about a token. */
const DELTA = 4

const Step = z.object({ id: z.string(), label: z.string(), weight: z.number() })
const Plan = z.object({ name: z.string(), steps: z.array(Step) })
const plan = sized({ name: 'A long plan', steps: [] })

/** As many steps as 82 KiB hold. */
function sized({ name }: z.infer<typeof Plan>): z.infer<typeof Plan> {
  const steps = Array.from({ length: 1_200 }, (_, i) => ({
    id: `s${i}`,
    label: `Step “${i}” \n of a plan`,
    weight: i / 7,
  }))
  while (JSON.stringify({ name, steps }).length > KIB_82) steps.pop()
  return { name, steps }
}

function pieces(text: string): string[] {
  return text.match(new RegExp(`.{1,${DELTA}}`, 'gs'))!
}

/** The events of a run, and the CPU that the loop has used for them, in milliseconds. */
async function run(answers: readonly ScriptedAnswer[], output: object, tool?: ReturnType<typeof defineTool>) {
  const agent = defineAgent({
    name: 'planner',
    instructions: 'You plan.',
    ...(tool ? { tools: [tool] } : { output: defineOutput({ name: 'plan', schema: Plan, ...output }) }),
  })
  const running = answer({
    agent,
    model: scriptedModel(answers),
    modelId: 'm',
    history: [{ role: 'user', content: [{ type: 'text', text: 'Plan' }] }],
    price: null,
    settings: { maxTokens: 100_000 },
    ids: { run: 'r_1' as RunId, conversation: 'c_1' as ConversationId, owner: { org: 'a', user: 'b' } },
    signal: new AbortController().signal,
    now: () => new Date(0),
  })
  const before = process.cpuUsage()
  const events: NewEvent[] = (await Array.fromAsync(running)).flat()
  const { user, system } = process.cpuUsage(before)
  return { events, cpuMs: (user + system) / 1_000 }
}

function stateOf(events: readonly NewEvent[]): unknown {
  return events.reduce<unknown>(
    (value, event) => (event.type === 'state' ? applyPatch(value, event.patch) : value),
    null,
  )
}

function inPieces(call: readonly ScriptedStep[]): readonly ScriptedStep[] {
  return call.flatMap((step): ScriptedStep[] => {
    if (!Array.isArray(step)) return [step]
    return (step as readonly ModelEvent[]).flatMap((event): ScriptedStep[] =>
      event.type === 'tool-input' ? pieces(event.text).map((text) => [{ ...event, text }]) : [[event]],
    )
  })
}

const ways: Readonly<Record<string, () => ReturnType<typeof run>>> = {
  'data in a section': () =>
    run([says(...pieces(`<user_message>Here.</user_message><backend>${JSON.stringify(plan)}</backend>`))], {}),
  'an output tool': () =>
    run([inPieces(callsTools({ name: 'show_plan', input: plan }) as readonly ScriptedStep[]), says('There.')], {
      tool: 'show_plan',
    }),
  'a tool': () => {
    const keep = defineTool({
      name: 'keep',
      description: 'Keeps.',
      input: Plan,
      run: async ({ steps }) => steps.length,
    })
    return run(
      [inPieces(callsTools({ name: 'keep', input: plan }) as readonly ScriptedStep[]), says('Kept.')],
      {},
      keep,
    )
  },
}

for (const [name, write] of Object.entries(ways)) {
  for (let i = 0; i < 2; i++) await write() // to warm up
  const { events, cpuMs } = await write()
  const result = events.findLast((event) => event.type === 'tool-result')
  const isWhole = name === 'a tool' ? result?.output === plan.steps.length : isDeepStrictEqual(stateOf(events), plan)
  console.log(JSON.stringify({ name, deltas: pieces(JSON.stringify(plan)).length, cpuMs, isWhole }))
}
