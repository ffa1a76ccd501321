import type { Skill } from '../skill.ts'

/** Says no to what it should not do, and stays kind to whoever asks for harm. */
export const refusal: Skill = {
  name: 'refusal',
  answer({ text, results }) {
    if (results.length > 0) return undefined
    if (HARM.test(text)) {
      return {
        say: 'I will not go along with that. If things are hard for you just now, please talk to somebody you trust, or call your local emergency number.',
      }
    }
    return INSTRUCTIONS.test(text)
      ? { say: 'I keep my instructions to myself, and go on following them. What can I do for you?' }
      : undefined
  },
}

const INSTRUCTIONS =
  /\b(?:reveal|show|print|repeat|tell me|leak|what (?:is|are))\b[^.?!]{0,30}\b(?:your|the) (?:system )?(?:prompt|instructions)\b|\b(?:ignore|disregard|forget)\b[^.?!]{0,20}\b(?:previous|prior|above|all|your)\b[^.?!]{0,20}\b(?:instructions|rules|prompt)\b/i
const HARM = /\b(?:kill (?:yourself|myself|him|her|them)|suicide|build a bomb|make a bomb)\b/i
