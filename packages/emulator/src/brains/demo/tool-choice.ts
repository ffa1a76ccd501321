import type { ToolSpec } from '../../wire.ts'
import { expressionIn } from './tool-input.ts'

/** The tool that a request clearly calls for; undefined when none does. */
export function fittingTool(tools: readonly ToolSpec[], text: string): ToolSpec | undefined {
  const named = tools.find(({ name = '' }) => new RegExp(`\\b(?:use|call|run|try)\\b.*\\b${name}\\b`, 'i').test(text))
  if (named) return named
  for (const { wanted, tool } of KINDS) {
    const found = wanted(text) ? tools.find((candidate) => tool.test(wordsOf(candidate))) : undefined
    if (found) return found
  }
  return mostAlike(tools, text)
}

/** The tool that the instructions want called for every request: “Call book_table at once”, “Ask current_time before …”. */
export function instructedTool(tools: readonly ToolSpec[], instructions: string): ToolSpec | undefined {
  return tools.find(({ name = '' }) =>
    new RegExp(`\\b(?:call|ask|use)\\s+\`?${name}\`?\\s+(?:at once|first|before|always)\\b`, 'i').test(instructions),
  )
}

/** What people ask for, and how the tools for it call themselves. */
const KINDS: readonly { wanted: (text: string) => boolean; tool: RegExp }[] = [
  {
    wanted: (text) =>
      /\bwhat(?:'s| is)? (?:the )?(?:current )?(?:local )?(?:time|date|day)\b|\bwhat time\b|\bcurrent time\b|\bwhat day\b|\btoday's date\b|\bo'clock\b|\btime (?:is it )?in\b/i.test(
        text,
      ),
    tool: /\b(?:current|local|now)\b.*\b(?:time|date)\b|\bclock\b|\btime\b.*\bnow\b/,
  },
  {
    wanted: (text) => /\b(?:weather|forecast|rain|sunny|snow|temperature|umbrella)\b/i.test(text),
    tool: /\b(?:weather|forecast)\b/,
  },
  { wanted: (text) => expressionIn(text) !== undefined, tool: /\b(?:calculat\w*|arithmetic|math\w*|expression)\b/ },
  {
    wanted: (text) =>
      /\bstreambed\b|\bdoc(?:s|umentation)\b|\bhow (?:do|can|should) (?:i|we|you)\b|\bhow does (?:it|this)\b|\bconfigur\w+|\bsettings?\b|\bself-host\w*|\bwhere (?:do|can) i\b|\b(?:server|conversation|event log|durable|position|dialect|reconnect\w*|resum\w+|restart\w*|killed|crash\w*|agent|emulator|deploy\w*|install\w*|endpoint|error codes?|environment variables?)s?\b/i.test(
        text,
      ),
    tool: /\b(?:search|look ?up|find|read|query)\b.*\b(?:docs?|documentation|knowledge|manual|guide)\b|\b(?:docs?|documentation|knowledge)\b.*\b(?:search|lookup)\b/,
  },
  {
    wanted: (text) => /\b(?:search|look up|google|find out|latest news)\b/i.test(text),
    tool: /\b(?:web|internet)\b.*\bsearch\b|\bsearch\b.*\b(?:web|internet)\b/,
  },
]

/** How many tools an agent has that is made for one thing. */
const FEW = 3

/**
 * A tool whose description shares at least two telling words with the request, more than any other does. Of an agent with few tools
 * one word is enough, and may stand in what the input is said to be.
 */
function mostAlike(tools: readonly ToolSpec[], text: string): ToolSpec | undefined {
  const asked = new Set(telling(text))
  const isMadeForIt = tools.length <= FEW
  const wordsIn = (tool: ToolSpec) => telling(wordsOf(tool) + (isMadeForIt ? inputWordsOf(tool) : ''))
  const scores = tools
    .map((tool) => ({ tool, score: new Set(wordsIn(tool).filter((word) => asked.has(word))).size }))
    .sort((a, b) => b.score - a.score)
  const [best, second] = scores
  return best && best.score >= (isMadeForIt ? 1 : 2) && best.score > (second?.score ?? 0) ? best.tool : undefined
}

function inputWordsOf({ inputSchema }: ToolSpec): string {
  const { properties = {} } = (inputSchema?.json ?? {}) as { properties?: Readonly<Record<string, object>> }
  const words = Object.entries(properties).map(
    ([name, about]) => `${name} ${'description' in about ? about.description : ''}`,
  )
  return ` ${words.join(' ').toLowerCase()}`
}

function wordsOf({ name = '', description = '' }: ToolSpec): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ')
  return `${spaced} ${description}`.toLowerCase()
}

function telling(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}{4,}/gu) ?? []
  return words.filter((word) => !COMMON.has(word)).map((word) => word.replace(/(?:ing|ed|es|s)$/, ''))
}

const COMMON = new Set(
  'about after also been before chart could does from give have help into just like make more much need only please should show some table tell than that their them then there these they this tool user using want what when where which will with would write your'.split(
    ' ',
  ),
)
