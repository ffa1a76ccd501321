import type { Skill } from '../skill.ts'
import { expressionIn } from '../tool-input.ts'

/** Sums, without a tool. */
export const arithmetic: Skill = {
  name: 'arithmetic',
  answer({ text }) {
    const expression = text.length <= 200 ? expressionIn(text) : undefined
    const value = expression === undefined ? undefined : evaluate(expression)
    if (value === undefined) return undefined
    return {
      say: `${expression} = **${Number.isFinite(value) ? Number(value.toPrecision(12)) : 'not a finite number'}**`,
    }
  },
}

/** Reads sums, products, powers and brackets, in that order of weakness. Undefined when it is not an expression. */
function evaluate(text: string): number | undefined {
  const tokens = text.match(/\d+(?:\.\d+)?|[-+*/^%()]/g) ?? []
  let at = 0
  let depth = 0
  const value = sum()
  return at === tokens.length ? value : undefined

  function sum(): number {
    let total = product()
    while (tokens[at] === '+' || tokens[at] === '-')
      total = tokens[at++] === '+' ? total + product() : total - product()
    return total
  }

  function product(): number {
    let total = power()
    while (tokens[at] === '*' || tokens[at] === '/' || tokens[at] === '%') {
      const sign = tokens[at++]
      const next = power()
      total = sign === '*' ? total * next : sign === '/' ? total / next : total % next
    }
    return total
  }

  function power(): number {
    const base = atom()
    if (tokens[at] !== '^') return base
    at++
    return base ** power()
  }

  function atom(): number {
    const token = tokens[at++]
    if (token === '-') return -atom()
    if (token !== '(' || depth > 50) return Number(token)
    depth++
    const inner = sum()
    if (tokens[at] === ')') at++
    depth--
    return inner
  }
}
