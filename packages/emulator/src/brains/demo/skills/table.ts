import type { Skill } from '../skill.ts'
import { subjectOf, titled } from '../subject.ts'

/** A Markdown table, also for comparisons. */
export const table: Skill = {
  name: 'table',
  answer({ text }) {
    if (!/\btable\b|\bcompare\b|\bversus\b|\bvs\.?\b|\bdifference between\b/i.test(text)) return undefined
    const known = TABLES.find(({ about }) => about.test(text))
    if (known) return { say: `${known.title}\n\n${known.rows}\n\n${known.note}` }
    const pair =
      /(?:compare|between)?\s*([\p{L}\d./+# -]{2,30}?)\s+(?:and|with|to|versus|vs\.?)\s+([\p{L}\d./+# -]{2,30})/iu.exec(
        text.replace(/\b(?:please|make|a|table|of|compare|the|difference|between)\b/gi, ' '),
      )
    const [left, right] = pair ? [titled(pair[1]!.trim()), titled(pair[2]!.trim())] : ['First choice', 'Second choice']
    return {
      say: `Here is how I would lay out **${subjectOf(text)}**:\n\n| Question | ${left} | ${right} |\n|---|---|---|\n| Good for | quick starts | long runs |\n| Effort | low at first | pays off later |\n| Main risk | outgrowing it | overdoing it |\n| Choose it when | you are trying things out | you know what you need |\n\nThe columns are yours to rename: as the demo model I know the form better than the facts.`,
    }
  },
}

const TABLES: readonly { about: RegExp; title: string; rows: string; note: string }[] = [
  {
    about: /\bplanets?\b/i,
    title: 'Some planets, from the sun outwards:',
    rows: '| Planet | Diameter (km) | Moons | Day (hours) |\n|---|---:|---:|---:|\n| Mercury | 4,879 | 0 | 4,223 |\n| Earth | 12,756 | 1 | 24 |\n| Mars | 6,792 | 2 | 25 |\n| Jupiter | 142,984 | 95 or more | 10 |',
    note: 'Jupiter turns fastest although it is the largest: a day there lasts under ten hours.',
  },
  {
    about: /\b(?:sse|server-sent events|websockets?|long.?poll\w*)\b/i,
    title: 'Three ways to get events to a browser:',
    rows: '| | WebSocket | Server-Sent Events | Long polling |\n|---|---|---|---|\n| Direction | both | server to client | server to client |\n| Reconnects by itself | no | yes | by its nature |\n| Through old proxies | sometimes blocked | usually, if unbuffered | always |\n| Cost per message | lowest | low | a request each |',
    note: 'A common choice is WebSocket first, then SSE, then polling, with the same numbered events on each.',
  },
  {
    about: /\b(?:claude|haiku|sonnet|opus)\b/i,
    title: "Claude's sizes, roughly:",
    rows: '| Model | Strength | Speed | Price |\n|---|---|---|---|\n| Haiku | short, frequent tasks | fastest | lowest |\n| Sonnet | everyday work and agents | fast | middle |\n| Opus | hard, long problems | slower | highest |',
    note: 'Begin with the smallest that passes your own tests, and move up only where it fails.',
  },
]
