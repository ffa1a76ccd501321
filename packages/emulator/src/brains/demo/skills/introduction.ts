import type { Skill } from '../skill.ts'

/** Says what it is. */
export const introduction: Skill = {
  name: 'introduction',
  answer({ text, system, tools, model }) {
    if (!ASKED.test(text)) return undefined
    const role = /(?:^|[.!:]\s+)you are ((?:an? |the )[^.,\n]{3,60})/im.exec(system)?.[1]
    const able = tools.flatMap(({ name, description }) => (name ? [`- \`${name}\`${firstSentence(description)}`] : []))
    const isGeneral = role !== undefined || able.length === 0
    return {
      say: [
        `I am the **demo model**: a set of rules that runs on this machine, not an AI.${role ? ` Here I stand in for ${role}.` : ''} You asked for ${model.name}; the local Bedrock emulator lets me answer in its place, so nothing here costs money.`,
        able.length > 0 ? `These are the tools I am given:\n\n${able.join('\n')}` : '',
        isGeneral &&
          'Try me with:\n\n- a question about streaming, Bedrock, WebSockets or event logs\n- “Write 300 words about rivers”\n- “Make a table of three planets”\n- “Show me a formula”\n- “My name is Ada”, and later “What is my name?”',
        'When the program is pointed at AWS, a real model takes over and nothing else changes.',
      ]
        .filter(Boolean)
        .join('\n\n'),
    }
  },
}

function firstSentence(description = ''): string {
  const first = /^[^.\n]{3,160}/.exec(description)?.[0]
  return first ? `: ${first[0]!.toLowerCase()}${first.slice(1)}` : ''
}

const ASKED =
  /\bwho (?:are|made) you\b|\bwhat are you\b|\bare you (?:an? )?(?:ai|real|human|bot|robot|claude|chatgpt|gpt|llm|demo|model)\b|\b(?:which|what) (?:ai |language )?model\b|\bintroduce yourself\b|\bwhat can you do\b|\byour name\b/i
