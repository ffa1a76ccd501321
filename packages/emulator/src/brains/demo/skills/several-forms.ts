import type { Skill } from '../skill.ts'
import { code } from './code.ts'
import { formula } from './formula.ts'
import { list } from './list.ts'
import { table } from './table.ts'

/** A table, a list and some code in one answer, where somebody wants to see how they look. */
export const severalForms: Skill = {
  name: 'several-forms',
  answer(turn) {
    const wanted = FORMS.filter(({ word }) => word.test(turn.text))
    if (wanted.length < 2) return undefined
    const parts = wanted.map(({ skill, ask }) => skill.answer({ ...turn, text: ask })?.say)
    return { say: parts.join('\n\n') } // each of these says one text
  },
}

const FORMS: readonly { readonly word: RegExp; readonly skill: Skill; readonly ask: string }[] = [
  { word: /\btables?\b/i, skill: table, ask: 'A table of planets' },
  { word: /\b(?:bullet )?lists?\b/i, skill: list, ask: 'A list of 3 tips for a good start' },
  { word: /\bcode\b|\bsnippets?\b/i, skill: code, ask: 'Some code' },
  { word: /\bformulas?\b|\bequations?\b/i, skill: formula, ask: 'A formula' },
]
