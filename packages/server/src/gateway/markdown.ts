import { type AssistantMessage, type Conversation, textOf, visiblePath } from '@streambed/protocol'

/** A conversation as a Markdown page: the branch that is shown, with the tools that were used. `titleOf` is how people call an agent. */
export function asMarkdown(
  conversation: Conversation,
  title: string | null,
  titleOf: (agent: string) => string,
): string {
  const turns = visiblePath(conversation).flatMap(({ message, answers }) => {
    const answer = answers.at(-1)
    return [
      `## You, ${moment(message.at)}`,
      textOf(message),
      ...(answer ? answerText(answer, titleOf(answer.agent)) : []),
    ]
  })
  return `${[`# ${title ?? 'Conversation'}`, ...turns].join('\n\n')}\n`
}

function answerText(answer: AssistantMessage, agent: string): readonly string[] {
  const blocks = answer.blocks.flatMap((block) => {
    if (block.type === 'text') return [block.text]
    if (block.type === 'tool') return [`> Used \`${block.name}\`${block.status === 'failed' ? ', which failed' : ''}.`]
    return []
  })
  const ended = answer.status === 'done' ? [] : [`> The answer is ${answer.status}.`]
  return [`## ${agent}, ${answer.startedAt ? moment(answer.startedAt) : 'not begun'}`, ...blocks, ...ended]
}

const DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `November 20, 2026, 15:09 UTC`: wherever the page is read, it is the same. */
function moment(at: string): string {
  return `${DAY.format(new Date(at))}, ${at.slice(11, 16)} UTC`
}
