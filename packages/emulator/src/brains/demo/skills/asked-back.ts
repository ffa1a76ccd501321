import type { ToolSpec } from '../../../wire.ts'
import type { Skill } from '../skill.ts'
import { givenInput } from '../tool-input.ts'
import type { Outcome, Turn } from '../turn.ts'
import { courtesy } from './courtesy.ts'

/** Works with tools that ask people by a form: says what is missing, and calls them again with what is answered in words. */
export const askedBack: Skill = {
  name: 'asked-back',
  answer(turn) {
    const lack = turn.results.find(isAskedBack)
    if (lack) return { say: question(lack) }
    const last = turn.called.at(-1)
    if (turn.results.length > 0 || !last || !isAskedBack(last) || courtesy.answer(turn)) return undefined
    const tool = turn.tools.find(({ name }) => name === last.tool)
    const answer = tool && answered(tool, last, turn)
    return tool && answer && { calls: [{ tool, input: { ...(last.input as object), ...answer } }] }
  },
}

function isAskedBack({ ok, text }: Outcome): boolean {
  return !ok && text.includes('The user now sees a form for it')
}

function question({ text }: Outcome): string {
  const [lack = ''] = text.split('\n')
  const wanted = lack.replace(/^\S+ was not run\. /, '').replace(/^It still needs:/, 'I still need:')
  return `${wanted} Fill in the form, or just tell me.`
}

/** What the words add to what is known; undefined when that is nothing. */
function answered({ inputSchema }: ToolSpec, { text }: Outcome, turn: Turn): object | undefined {
  const given = givenInput(inputSchema?.json, turn.text)
  if (Object.keys(given).length > 0) return given
  const missing = /It still needs: ([^.]+)\./.exec(text)?.[1]?.split(', ') ?? []
  const short = turn.text.replace(/[.!]+$/, '')
  return missing.length === 1 && short.length <= 60 && !short.includes('?') ? { [missing[0]!]: short } : undefined
}
