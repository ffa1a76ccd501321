import { type AssistantMessage, type Conversation, textOf, visiblePath } from '@streambed/protocol'

/** A conversation as a Markdown page: the branch that is shown, with the tools that were used and what it cost. */
export function asMarkdown(conversation: Conversation, title: string | null): string {
  const turns = visiblePath(conversation).flatMap(({ message, answers }) => {
    const answer = answers.at(-1)
    return [`## You, ${message.at}`, textOf(message), ...(answer ? answerText(answer) : [])]
  })
  return `${[`# ${title ?? 'Conversation'}`, ...turns].join('\n\n')}\n`
}

function answerText(answer: AssistantMessage): readonly string[] {
  const blocks = answer.blocks.flatMap((block) => {
    if (block.type === 'text') return [block.text]
    if (block.type === 'tool') return [`> Used \`${block.name}\`${block.status === 'failed' ? ', which failed' : ''}.`]
    return []
  })
  const ended = answer.status === 'done' ? [] : [`> The answer is ${answer.status}.`]
  return [`## ${answer.agent}, ${answer.startedAt ?? 'not begun'}`, ...blocks, ...ended]
}
