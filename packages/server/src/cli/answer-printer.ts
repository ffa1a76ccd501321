import { type AssistantMessage, type Block, type Form, textOf } from '@streambed/protocol'
import { printable } from './printable.ts'

/** Prints what an answer has gained since the last call: words to stdout, tools and takings-back to stderr. */
export function answerPrinter(
  out: (text: string) => void = (text) => process.stdout.write(printable(text)),
  aside: (text: string) => void = (text) => process.stderr.write(printable(text)),
): (answer: AssistantMessage, forms?: readonly Form[]) => void {
  let shown = ''
  const announced = new Set<string>()

  return (answer, forms = []) => {
    const text = textOf(answer)
    if (text.startsWith(shown)) out(text.slice(shown.length))
    else {
      aside('\n[a guardrail took this back]\n')
      out(text)
    }
    shown = text
    for (const tool of answer.blocks.filter(isTool)) {
      const line = lineOf(
        tool,
        forms.findLast((form) => form.run === answer.id && form.tool === tool.name),
      )
      if (line === undefined || announced.has(line.key)) continue
      announced.add(line.key)
      aside(`${shown === '' || shown.endsWith('\n') ? '' : '\n'}${line.text}\n`)
    }
    if (answer.endedAt && shown !== '' && !shown.endsWith('\n')) out('\n')
  }
}

type Tool = Extract<Block, { type: 'tool' }>

function isTool(block: Block): block is Tool {
  return block.type === 'tool'
}

interface Line {
  /** Of lines with the same one only the first is printed. */
  readonly key: string
  readonly text: string
}

/** A tool is told of when its input is whole, and again when it failed, or asks by a form for what it lacks. */
function lineOf({ call, name, input, status, error }: Tool, form: Form | undefined): Line | undefined {
  if (status === 'input') return undefined
  if (status === 'failed' && form) {
    const wants = [
      ...form.missing,
      ...form.errors.map(({ field, message }) => [field, message].filter(Boolean).join(': ')),
    ]
    return { key: `${call} asks`, text: `[${name} asks for: ${wants.join(', ')}]` }
  }
  if (status === 'failed') return { key: `${call} failed`, text: `[${name} failed: ${error}]` }
  return { key: call, text: `[${name} ${JSON.stringify(input)}]` }
}
